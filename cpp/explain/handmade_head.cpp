#include "explain/handmade_head.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "heed/tensor/random.h"

namespace heed::explain {
namespace {

constexpr Index kDim = 64;
constexpr Index kLocal = 16;     // frequencies, two components each
constexpr Index kHarmonics = 8;  // two components each
constexpr Index kSink = 2 * (kLocal + kHarmonics);
constexpr Index kNoise = kSink + 1;

/// A pair of components whose dot product with that of another position is height · cos(ω · distance).
void put_wave(float* at, double height, double angle) {
  at[0] = static_cast<float>(std::sqrt(height) * std::cos(angle));
  at[1] = static_cast<float>(std::sqrt(height) * std::sin(angle));
}

}  // namespace

HandmadeHead make_handmade_head(const HandmadeOptions& options) {
  const auto& [tokens, asked_stride, seed] = options;
  require(tokens >= 1, {"there are ", tokens, " tokens; there must be at least 1"});
  require(asked_stride >= 0, {"stride is ", asked_stride, "; it must be at least 0"});
  // Wide enough apart to be told from the diagonal when the whole map is seen.
  const Index stride = asked_stride > 0 ? asked_stride : std::max<Index>(tokens / 24, 4);
  const double even = std::log(static_cast<double>(tokens));
  const double scale = std::sqrt(static_cast<double>(kDim));  // undone by attention's 1/√d_k
  const double local = scale * 0.6 * even / static_cast<double>(kLocal);
  const double strided = scale * (even + 1) / static_cast<double>(kHarmonics);
  const double sink = scale * 1.4 * even;

  RandomState random(seed);
  HandmadeHead head{Tensor<float>({1, 1, tokens, kDim}, "Q"), Tensor<float>({1, 1, tokens, kDim}, "K")};
  for (Index i = 0; i < tokens; ++i) {
    float* query = head.query.data.data() + i * kDim;
    float* key = head.key.data.data() + i * kDim;
    const double position = static_cast<double>(i);
    for (Index f = 0; f < kLocal; ++f)  // wavelengths from 4 to about 4,000 tokens
      put_wave(query + 2 * f, local,
               position * std::numbers::pi / 2 * std::exp(-static_cast<double>(f) / 15 * std::log(1000.0)));
    for (Index h = 0; h < kHarmonics; ++h)
      put_wave(query + 2 * (kLocal + h), strided,
               position * 2 * std::numbers::pi * static_cast<double>(h + 1) / static_cast<double>(stride));
    // Key 0 is the sink alone: with a stride's peak on top it would take all of every stride-th query.
    if (i > 0) std::copy_n(query, kSink, key);
    query[kSink] = 1;
    key[kSink] = static_cast<float>(i == 0 ? sink : 0);
    for (Index c = kNoise; c < kDim; ++c) {
      query[c] = static_cast<float>(random.normal());
      key[c] = static_cast<float>(random.normal());
    }
  }
  return head;
}

}  // namespace heed::explain
