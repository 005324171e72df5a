#include "explain/generation.h"

#include <algorithm>

namespace heed::explain {
namespace {

/// Rows [first, first + count) of every head.
template <typename Scalar>
Tensor<Scalar> rows(const TensorView<Scalar>& of, Index first, Index count) {
  const auto [batch, heads, length, dim] = of.shape;
  Tensor<Scalar> some({batch, heads, count, dim}, "some rows");
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h) std::copy_n(of.head(b, h) + first * dim, count * dim, some.head(b, h));
  return some;
}

/// Rows [first, first + count) and the first `keys` columns of a mask or bias; axes of 1 stay.
template <typename Scalar>
Tensor<Scalar> part_of(const OptionalView<Scalar>& of, Index first, Index count, Index keys) {
  if (!of.is_given()) return {};
  const auto [batch, heads, length, dim] = of.shape;
  const Index kept_rows = length == 1 ? 1 : count;
  const Index kept_columns = dim == 1 ? 1 : keys;
  Tensor<Scalar> part({batch, heads, kept_rows, kept_columns}, "a part of the mask");
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < heads; ++h)
      for (Index i = 0; i < kept_rows; ++i)
        std::copy_n(of.head(b, h) + (length == 1 ? 0 : first + i) * dim, kept_columns,
                    part.head(b, h) + i * kept_columns);
  return part;
}

/// `attention` with weights for queries [first, first + count) over the first `keys` keys.
template <typename Scalar>
AttentionResult<Scalar> attention_of_part(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                          const TensorView<Scalar>& value, const AttentionOptions<Scalar>& options,
                                          Index first, Index count, Index keys) {
  AttentionOptions<Scalar> own = options;
  own.weights = true;
  own.query_offset = first;
  const auto mask = part_of(options.mask, first, count, keys);
  const auto bias = part_of(options.bias, first, count, keys);
  if (options.mask.is_given()) own.mask = mask;
  if (options.bias.is_given()) own.bias = bias;
  for (Index& length : own.key_lengths) length = std::min(length, keys);
  return attention(rows(query, first, count), rows(key, 0, keys), rows(value, 0, keys), own);
}

}  // namespace

template <typename Scalar>
GenerationStep<Scalar> generation_step(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                       const TensorView<Scalar>& value, const AttentionOptions<Scalar>& options) {
  const Index tokens = query.shape.length;
  require(tokens >= 1 && key.shape.length == tokens, {"there are ", tokens, " queries and ", key.shape.length,
                                                      " keys; there must be a token, and a key for each"});
  AttentionOptions<Scalar> settings = options;
  settings.weights = true;
  settings.query_offset = 0;
  GenerationStep<Scalar> step;
  step.whole = attention(query, key, value, settings);
  step.added = attention_of_part(query, key, value, options, tokens - 1, 1, tokens);

  const auto last_of = [&](const Tensor<Scalar>& tensor) { return rows<Scalar>(tensor, tokens - 1, 1); };
  step.weights = difference<Scalar>(step.added.weights, last_of(step.whole.weights));
  step.output = difference<Scalar>(step.added.output, last_of(step.whole.output));
  if (tokens == 1) return step;

  const auto earlier = [&](const TensorView<Scalar>& tensor) { return rows(tensor, 0, tokens - 1); };
  const auto before = attention_of_part(query, key, value, options, 0, tokens - 1, tokens - 1);
  step.earlier = difference<Scalar>(earlier(step.whole.output), before.output);
  return step;
}

template GenerationStep<float> generation_step(const TensorView<float>&, const TensorView<float>&,
                                               const TensorView<float>&, const AttentionOptions<float>&);
template GenerationStep<double> generation_step(const TensorView<double>&, const TensorView<double>&,
                                                const TensorView<double>&, const AttentionOptions<double>&);

}  // namespace heed::explain
