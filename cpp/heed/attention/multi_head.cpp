#include "heed/attention/multi_head.h"

#include <cmath>

#include "heed/ops/matrix.h"

namespace heed {
namespace {

template <typename Scalar>
Tensor<Scalar> random_weights(RandomState& random, const Shape& shape, double deviation, const char* name) {
  Tensor<Scalar> weights(shape, name);
  for (Scalar& weight : weights.data) weight = static_cast<Scalar>(random.normal() * deviation);
  return weights;
}

/// (batch, 1, length, d_model) times (1, heads, d_model, d_k), head by head.
template <typename Scalar>
Tensor<Scalar> project_one(const TensorView<Scalar>& x, const TensorView<Scalar>& w, const char* name) {
  const auto [batch, one, length, d_model] = x.shape;
  Tensor<Scalar> projected({batch, w.shape.heads, length, w.shape.dim}, name);
  if (projected.data.empty()) return projected;  // of however many sequences and heads
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < w.shape.heads; ++h)
      multiply_add(matrix(x.head(b, 0), length, d_model), matrix(w.head(0, h), d_model, w.shape.dim),
                   matrix(projected.head(b, h), length, w.shape.dim));
  return projected;
}

}  // namespace

template <typename Scalar>
MultiHead<Scalar> random_multi_head(RandomState& random, Index d_model, Index heads, Init init) {
  require(d_model >= 1, {"d_model is ", d_model, "; it must be at least 1"});
  require(heads >= 1, {"there are ", heads, " heads; there must be at least 1"});
  require(d_model % heads == 0, {"d_model ", d_model, " is not divisible by ", heads, " heads"});
  const Index d_k = d_model / heads;
  const double fan_out = static_cast<double>(init == Init::kPerHead ? d_k : d_model);
  const double deviation = std::sqrt(2.0 / (static_cast<double>(d_model) + fan_out));
  // Members are initialised in order, which is the order of the draws.
  return {.w_query = random_weights<Scalar>(random, {1, heads, d_model, d_k}, deviation, "W^Q"),
          .w_key = random_weights<Scalar>(random, {1, heads, d_model, d_k}, deviation, "W^K"),
          .w_value = random_weights<Scalar>(random, {1, heads, d_model, d_k}, deviation, "W^V"),
          .w_output = random_weights<Scalar>(random, {1, 1, heads * d_k, d_model}, deviation, "W^O")};
}

template <typename Scalar>
Projections<Scalar> project(const TensorView<Scalar>& x, const MultiHead<Scalar>& weights) {
  const auto& [batch, heads, d_model, d_k] = weights.w_query.shape;
  require(batch == 1, {"W^Q has shape ", weights.w_query.shape, "; it must be (1, heads, d_model, d_k)"});
  require(weights.w_key.shape == weights.w_query.shape,
          {"W^K has shape ", weights.w_key.shape, " but W^Q has ", weights.w_query.shape});
  const Shape& of_value = weights.w_value.shape;
  require(of_value == Shape{1, heads, d_model, of_value.dim},
          {"W^V has shape ", of_value, " but W^Q has ", weights.w_query.shape, "; only their last axes may differ"});
  require(x.shape.heads == 1 && x.shape.dim == d_model,
          {"x has shape ", x.shape, " but the weights take (batch, 1, length, ", d_model, ")"});
  (void)x.shape.size();
  return {.query = project_one<Scalar>(x, weights.w_query, "the queries"),
          .key = project_one<Scalar>(x, weights.w_key, "the keys"),
          .value = project_one<Scalar>(x, weights.w_value, "the values")};
}

template <typename Scalar>
Tensor<Scalar> join_heads(const TensorView<Scalar>& heads, const MultiHead<Scalar>& weights) {
  const auto [batch, count, length, d_v] = heads.shape;
  const Shape& w = weights.w_output.shape;
  (void)heads.shape.size();
  require(w.batch == 1 && w.heads == 1, {"W^O has shape ", w, "; it must be (1, 1, heads · d_v, d_model)"});
  const Index columns = checked_product("the heads side by side", {count, d_v});
  require(columns == w.length,
          {"heads of shape ", heads.shape, " concatenate to ", columns, " columns but W^O has ", w.length, " rows"});
  Tensor<Scalar> joined({batch, 1, length, w.dim}, "the output");
  if (joined.data.empty() || d_v == 0) return joined;  // of however many sequences and heads
  // concat(A, B) W = A W_top + B W_bottom: no concatenation is needed.
  const auto w_output = matrix(TensorView<Scalar>(weights.w_output).data, w.length, w.dim);
  for (Index b = 0; b < batch; ++b)
    for (Index h = 0; h < count; ++h)
      multiply_add(matrix(heads.head(b, h), length, d_v), w_output.middle_rows(h * d_v, d_v),
                   matrix(joined.head(b, 0), length, w.dim));
  return joined;
}

template <typename Scalar>
MultiHeadResult<Scalar> multi_head_attention(const TensorView<Scalar>& x, const MultiHead<Scalar>& weights,
                                             const AttentionOptions<Scalar>& options) {
  const Projections<Scalar> projected = project(x, weights);
  AttentionResult<Scalar> result = attention(projected.query, projected.key, projected.value, options);
  Tensor<Scalar> output = join_heads<Scalar>(result.output, weights);
  return {.output = std::move(output), .attention = std::move(result)};
}

#define HEED_INSTANTIATE(Scalar)                                                                             \
  template MultiHead<Scalar> random_multi_head(RandomState&, Index, Index, Init);                            \
  template Projections<Scalar> project(const TensorView<Scalar>&, const MultiHead<Scalar>&);                 \
  template Tensor<Scalar> join_heads(const TensorView<Scalar>&, const MultiHead<Scalar>&);                   \
  template MultiHeadResult<Scalar> multi_head_attention(const TensorView<Scalar>&, const MultiHead<Scalar>&, \
                                                        const AttentionOptions<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
