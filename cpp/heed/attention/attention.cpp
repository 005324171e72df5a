#include "heed/attention/attention.h"

#include "heed/attention/detail/attention_call.h"

namespace heed {

template <typename Scalar>
AttentionResult<Scalar> attention(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                  const TensorView<Scalar>& value, const AttentionOptions<Scalar>& options) {
  const Shape& q = query.shape;
  const Shape full = check_call(q, key.shape, value.shape, options);
  const Shape per_query{q.batch, q.heads, q.length, 1};
  AttentionResult<Scalar> result;
  const bool keeps_logits = options.weights && options.logits;
  if (options.weights) result.weights = Tensor<Scalar>(full, "the weights");
  if (keeps_logits) result.logits = Tensor<Scalar>(full, "the logits");
  result.output = Tensor<Scalar>({q.batch, q.heads, q.length, value.shape.dim}, "the output");
  result.log_sum_exp = Tensor<Scalar>(per_query, "the log-sum-exp");
  result.entropy = Tensor<Scalar>(per_query, "the entropy");
  result.visible_keys = Tensor<Scalar>(per_query, "the visible keys");
  attend_heads(query, key, value, options, [&](Index b, Index h) {
    return AttentionHeadResult<Scalar>{.output = result.output.head(b, h),
                                       .log_sum_exp = result.log_sum_exp.head(b, h),
                                       .entropy = result.entropy.head(b, h),
                                       .visible_keys = result.visible_keys.head(b, h),
                                       .weights = options.weights ? result.weights.head(b, h) : nullptr,
                                       .logits = keeps_logits ? result.logits.head(b, h) : nullptr};
  });
  return result;
}

template <typename Scalar>
AttentionHead<Scalar> resolve_head(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                   const AttentionOptions<Scalar>& options, Index b, Index h) {
  check_query_and_key(query.shape, key.shape);
  const Shape& q = query.shape;
  check_options<Scalar>(options, {q.batch, q.heads, q.length, key.shape.length}, q.dim);
  require(b >= 0 && b < q.batch && h >= 0 && h < q.heads, {"there is no head (", b, ", ", h, ") in Q of shape ", q});
  return resolve_checked_head<Scalar, TensorView<Scalar>>(query, key, nullptr, options, b, h);
}

void check_part(const char* what, const Shape& query, Index keys, const Shape& log_sum_exp, Index row, Index rows,
                Index column, Index columns) {
  const Shape per_query{query.batch, query.heads, query.length, 1};
  require(log_sum_exp == per_query, {"the log-sum-exp has shape ", log_sum_exp, " but Q asks for ", per_query});
  const auto within = [](Index first, Index count, Index all) {
    return first >= 0 && count >= 0 && first <= all && count <= all - first;
  };
  require(within(row, rows, query.length) && within(column, columns, keys),
          {what, " of ", rows, " × ", columns, " weights at (", row, ", ", column, ") does not lie within ",
           query.length, " queries × ", keys, " keys"});
}

template <typename Scalar>
Tensor<Scalar> attention_weights(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                 const TensorView<Scalar>& log_sum_exp, const WeightsBlock& block,
                                 const AttentionOptions<Scalar>& options) {
  const AttentionHead<Scalar> head = resolve_head(query, key, options, block.batch, block.head);
  check_part("the block", query.shape, head.keys, log_sum_exp.shape, block.row, block.rows, block.column,
             block.columns);
  Tensor<Scalar> weights({1, 1, block.rows, block.columns}, "the block of weights");
  attention_weights_of_head(head, log_sum_exp.head(block.batch, block.head), block, weights.data.data());
  return weights;
}

#define HEED_INSTANTIATE(Scalar)                                                                          \
  template AttentionResult<Scalar> attention(const TensorView<Scalar>&, const TensorView<Scalar>&,        \
                                             const TensorView<Scalar>&, const AttentionOptions<Scalar>&); \
  template Tensor<Scalar> attention_weights(const TensorView<Scalar>&, const TensorView<Scalar>&,         \
                                            const TensorView<Scalar>&, const WeightsBlock&,               \
                                            const AttentionOptions<Scalar>&);                             \
  template AttentionHead<Scalar> resolve_head(const TensorView<Scalar>&, const TensorView<Scalar>&,       \
                                              const AttentionOptions<Scalar>&, Index, Index);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
