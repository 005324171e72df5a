#include "explain/word_order.h"

#include <algorithm>
#include <cmath>

#include "heed/attention/attention.h"
#include "heed/ops/embedding.h"
#include "heed/ops/rotary.h"

namespace heed::explain {
namespace {

constexpr double kBase = 10000;
constexpr float kSlope = 0.5F;

/// Attention of tokens at the positions 0, 1, 2, …
AttentionResult<float> attend(Tensor<float> tokens, WordPositions positions) {
  const Index length = tokens.shape.length;
  AttentionOptions<float> options;
  options.weights = options.logits = true;
  Tensor<float> bias;
  const Tensor<float> value = tokens;
  if (positions == WordPositions::kSinusoids) {
    const Tensor<float> added = sinusoids(length, tokens.shape.dim);
    std::transform(tokens.data.begin(), tokens.data.end(), added.data.begin(), tokens.data.begin(), std::plus<>());
    return attention<float>(tokens, tokens, tokens, options);
  }
  if (positions == WordPositions::kRotary)
    RotaryPositions<float>(length, 1, tokens.shape.dim, kBase).rotate(matrix(tokens), length);
  if (positions == WordPositions::kRelativeBias) {
    bias = Tensor<float>({1, 1, length, length}, "the bias");
    for (Index i = 0; i < length; ++i)
      for (Index j = 0; j < length; ++j)
        bias.head(0, 0)[i * length + j] = -kSlope * static_cast<float>(std::abs(i - j));
    options.bias = bias;
  }
  return attention<float>(tokens, tokens, value, options);
}

Tensor<float> rows_of(const TensorView<float>& words, std::span<const int> order) {
  Tensor<float> rows(words.shape, "the words");
  for (std::size_t i = 0; i < order.size(); ++i)
    std::copy_n(words.data + order[i] * words.shape.dim, words.shape.dim,
                rows.data.begin() + static_cast<Index>(i) * words.shape.dim);
  return rows;
}

void check(const TensorView<float>& words, std::span<const int> order) {
  const Shape& shape = words.shape;
  require(shape.batch == 1 && shape.heads == 1 && shape.length >= 1 && shape.dim >= 2 && shape.dim % 2 == 0,
          {"the words have shape ", shape, "; it must be (1, 1, words, dim) with an even dim"});
  require(static_cast<Index>(order.size()) == shape.length,
          {"the order has ", static_cast<Index>(order.size()), " places for ", shape.length, " words"});
  std::vector<bool> seen(order.size());
  for (const int word : order) {
    require(word >= 0 && word < shape.length, {"the order names word ", word, " of ", shape.length});
    require(!seen[static_cast<std::size_t>(word)], {"the order names word ", word, " twice"});
    seen[static_cast<std::size_t>(word)] = true;
  }
}

}  // namespace

Tensor<float> sinusoids(Index length, Index dim) {
  Tensor<float> positions({1, 1, length, dim}, "the positions");
  positions.data = sinusoidal_positions<float>(length, dim);
  return positions;
}

WordOrder word_order(const TensorView<float>& words, std::span<const int> order, WordPositions positions) {
  check(words, order);
  const Index count = words.shape.length;
  const Index dim = words.shape.dim;
  std::vector<int> original(order.size());
  for (std::size_t i = 0; i < original.size(); ++i) original[i] = static_cast<int>(i);

  const Tensor<float> before = attend(rows_of(words, original), positions).output;
  const Tensor<float> bare = attend(rows_of(words, order), WordPositions::kNone).logits;
  auto now = attend(rows_of(words, order), positions);
  WordOrder result{.logits = std::move(now.logits),
                   .weights = std::move(now.weights),
                   .effect = Tensor<float>({1, 1, count, count}, "the effect"),
                   .output = std::move(now.output),
                   .change = Tensor<float>({1, 1, 1, count}, "the change")};
  std::transform(result.logits.data.begin(), result.logits.data.end(), bare.data.begin(), result.effect.data.begin(),
                 std::minus<>());
  for (Index i = 0; i < count; ++i) {
    double squares = 0;
    for (Index c = 0; c < dim; ++c) {
      const double difference = static_cast<double>(result.output.head(0, 0)[i * dim + c]) -
                                static_cast<double>(before.head(0, 0)[order[static_cast<std::size_t>(i)] * dim + c]);
      squares += difference * difference;
    }
    result.change.data[static_cast<std::size_t>(i)] = static_cast<float>(std::sqrt(squares));
  }
  return result;
}

}  // namespace heed::explain
