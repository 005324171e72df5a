#include "heed/generation.h"

#include <algorithm>

namespace heed {
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
  settings.query_offset = tokens - 1;
  step.added = attention<Scalar>(rows(query, tokens - 1, 1), key, value, settings);

  const auto last_of = [&](const Tensor<Scalar>& tensor) { return rows<Scalar>(tensor, tokens - 1, 1); };
  step.weights = difference<Scalar>(step.added.weights, last_of(step.whole.weights));
  step.output = difference<Scalar>(step.added.output, last_of(step.whole.output));
  if (tokens == 1) return step;

  const auto earlier = [&](const TensorView<Scalar>& tensor) { return rows(tensor, 0, tokens - 1); };
  settings.query_offset = 0;
  const auto before = attention(earlier(query), earlier(key), earlier(value), settings);
  step.earlier = difference<Scalar>(earlier(step.whole.output), before.output);
  return step;
}

template GenerationStep<float> generation_step(const TensorView<float>&, const TensorView<float>&,
                                               const TensorView<float>&, const AttentionOptions<float>&);
template GenerationStep<double> generation_step(const TensorView<double>&, const TensorView<double>&,
                                                const TensorView<double>&, const AttentionOptions<double>&);

}  // namespace heed
