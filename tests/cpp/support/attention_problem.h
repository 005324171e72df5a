#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "heed/attention/attention.h"
#include "random_tensor.h"

namespace heed::test {

inline constexpr float kLowest = std::numeric_limits<float>::lowest();
inline constexpr float kHidden = -std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// A random problem; options are switched on one by one.
struct Problem {
  explicit Problem(std::uint32_t seed) : random(seed) {
    const Index kv_heads = random_index(random, 1, 2);
    shape = {random_index(random, 1, 2), kv_heads * random_index(random, 1, 2), length(), length()};
    const Index d_k = random_index(random, 1, 20);
    query = random_tensor(random, {shape.batch, shape.heads, shape.length, d_k});
    key = random_tensor(random, {shape.batch, kv_heads, shape.dim, d_k});
    value = random_tensor(random, {shape.batch, kv_heads, shape.dim, random_index(random, 1, 20)});
    gradient = random_tensor(random, {shape.batch, shape.heads, shape.length, value.shape.dim});
  }

  /// Mostly short; sometimes more than a tile of 64 queries or 256 keys.
  Index length() { return random.uniform() < 0.05 ? random_index(random, 100, 300) : random_index(random, 1, 12); }

  void use_mask(const Shape& of) {
    mask = Tensor<std::uint8_t>(of);
    for (auto& seen : mask.data) seen = random.uniform() < 0.6 ? 1 : 0;
    options.mask = mask;
  }

  void use_bias(const Shape& of) {
    bias = random_tensor(random, of);
    options.bias = bias;
  }

  /// Adds `number` to some, or all, of the pairs.
  void use_bias_of(float number) {
    use_bias(broadcast_some());
    const double share = random.uniform() < 0.5 ? 1 : 0.5;
    for (float& added : bias.data)
      if (random.uniform() < share) added = number;
  }

  Shape broadcast_some() {
    Shape some = shape;
    for (Index* axis : {&some.batch, &some.heads, &some.length, &some.dim})
      if (random.uniform() < 0.4) *axis = 1;
    return some;
  }

  RandomState random;
  Shape shape;  ///< (batch, heads, queries, keys)
  Tensor<float> query;
  Tensor<float> key;
  Tensor<float> value;
  Tensor<float> gradient;  ///< ∂loss/∂output
  Tensor<std::uint8_t> mask;
  Tensor<float> bias;
  AttentionOptions<float> options;
};

struct Option {
  const char* name;
  std::function<void(Problem&)> apply;
};

template <typename Member, typename Value>
std::function<void(Problem&)> set(Member member, Value value) {
  return [=](Problem& p) { p.options.*member = value; };
}

using Options = AttentionOptions<float>;

inline const std::vector<Option> kOptions{
    {"scale", set(&Options::scale, 0.3)},
    {"a scale of 0", set(&Options::scale, 0.0)},
    {"a negative scale", set(&Options::scale, -1.5)},
    {"temperature", set(&Options::temperature, 2.5)},
    {"softcap", set(&Options::softcap, 1.5)},
    {"mask", [](Problem& p) { p.use_mask(p.broadcast_some()); }},
    {"a mask that hides everything",
     [](Problem& p) {
       p.use_mask(p.broadcast_some());
       std::fill(p.mask.data.begin(), p.mask.data.end(), std::uint8_t{0});
     }},
    {"bias", [](Problem& p) { p.use_bias(p.broadcast_some()); }},
    {"a bias of -inf", [](Problem& p) { p.use_bias_of(kHidden); }},
    {"a bias of finfo.min", [](Problem& p) { p.use_bias_of(kLowest); }},
    {"a bias of 3e38", [](Problem& p) { p.use_bias_of(3e38f); }},
    {"causal", set(&Options::causal, true)},
    {"left window", [](Problem& p) { p.options.window_left = random_index(p.random, 0, 5); }},
    {"right window", [](Problem& p) { p.options.window_right = random_index(p.random, 0, 5); }},
    {"query offset", [](Problem& p) { p.options.query_offset = random_index(p.random, -5, 15); }},
    {"key lengths",
     [](Problem& p) {
       p.options.key_lengths.clear();
       for (Index b = 0; b < p.shape.batch; ++b)
         p.options.key_lengths.push_back(random_index(p.random, 0, p.shape.dim));
     }},
    {"large queries",
     [](Problem& p) {
       for (float& number : p.query.data) number *= 1e4f;
     }},
    {"tiny queries",
     [](Problem& p) {
       for (float& number : p.query.data) number *= 1e-30f;
     }},
    {"equal keys", [](Problem& p) { std::fill(p.key.data.begin(), p.key.data.end(), 1.0f); }},
    {"a NaN in a key, a value and a query",
     [](Problem& p) {
       for (Tensor<float>* tensor : {&p.query, &p.key, &p.value})
         tensor
             ->data[static_cast<std::size_t>(random_index(p.random, 0, static_cast<Index>(tensor->data.size()) - 1))] =
             kNan;
     }},
    {"infinite keys and values of a batch that sees none",
     [](Problem& p) {
       p.options.key_lengths.assign(static_cast<std::size_t>(p.shape.batch), 0);
       for (Tensor<float>* tensor : {&p.key, &p.value})
         std::fill(tensor->data.begin(), tensor->data.end(), std::numeric_limits<float>::infinity());
     }},
};

}  // namespace heed::test
