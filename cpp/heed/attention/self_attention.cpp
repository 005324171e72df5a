#include "heed/attention/self_attention.h"

#include <cmath>

#include "heed/attention/attention_backward.h"
#include "heed/ops/softmax.h"

namespace heed {
namespace {

/// Queries that are worked on together: under a causal mask, keys after the last of them need not be looked at.
constexpr Index kRows = 32;

/// One head of one sequence, where it lies among the others.
template <typename Element>
MatrixView<Element> head_of(const MatrixView<Element>& all, const SelfAttentionShape& shape, Index b, Index h) {
  return {all.row(b * shape.length) + h * shape.dim, shape.length, shape.dim, all.stride};
}

/// (batch · length × heads · dim) to (batch, heads, length, dim).
template <typename Scalar>
Tensor<Scalar> split_heads(const MatrixView<const Scalar>& x, const SelfAttentionShape& shape, Index count) {
  Tensor<Scalar> heads({shape.batch, count, shape.length, shape.dim}, "the heads");
  for (Index b = 0; b < shape.batch; ++b)
    for (Index h = 0; h < count; ++h) {
      const auto from = head_of(x, shape, b, h);
      for (Index i = 0; i < shape.length; ++i) std::copy_n(from.row(i), shape.dim, heads.head(b, h) + i * shape.dim);
    }
  return heads;
}

/// And back.
template <typename Scalar>
void merge_heads(const Tensor<Scalar>& heads, const SelfAttentionShape& shape, const MatrixView<Scalar>& x) {
  for (Index b = 0; b < shape.batch; ++b)
    for (Index h = 0; h < heads.shape.heads; ++h) {
      const auto to = head_of(x, shape, b, h);
      for (Index i = 0; i < shape.length; ++i) std::copy_n(heads.head(b, h) + i * shape.dim, shape.dim, to.row(i));
    }
}

template <typename Scalar>
Scalar scale_of(const SelfAttentionShape& shape) {
  return static_cast<Scalar>(shape.scaled ? 1 / std::sqrt(static_cast<double>(shape.dim)) : 1);
}

}  // namespace

template <typename Scalar>
AttentionOptions<Scalar> SelfAttention<Scalar>::options() const {
  AttentionOptions<Scalar> options;
  options.causal = shape_.causal;
  if (!shape_.scaled) options.scale = 1;
  if (!streaming_.mask.data.empty()) options.mask = streaming_.mask;
  options.threads = 1;  // slices of the batch are what threads share
  return options;
}

template <typename Scalar>
void SelfAttention<Scalar>::forward_of_head(Index b, Index h, const MatrixView<Scalar>& output) {
  const Index length = shape_.length;
  const Index kv = h / (shape_.heads / shape_.key_value_heads);
  const auto q = head_of(query.constant(), shape_, b, h);
  const auto k = head_of(key.constant(), shape_, b, kv);
  const auto v = head_of(value.constant(), shape_, b, kv);
  const auto out = head_of(output, shape_, b, h);
  const auto weights = matrix(kept_.data() + (b * shape_.heads + h) * length * length, length, length);
  for (Index row = 0; row < length; row += kRows) {
    const Index rows = std::min(kRows, length - row);
    const Index columns = shape_.causal ? row + rows : length;
    const MatrixView<Scalar> part{weights.row(row), rows, columns, length};
    multiply_transposed(q.middle_rows(row, rows), k.middle_rows(0, columns), part);
    const VisibleColumns visible = shape_.causal ? VisibleColumns{row + 1, 1} : VisibleColumns{length, 0};
    softmax_rows(weights.middle_rows(row, rows), scale_of<Scalar>(shape_), visible);
    multiply<Scalar>({part.data, rows, columns, length}, v.middle_rows(0, columns), out.middle_rows(row, rows));
  }
}

template <typename Scalar>
void SelfAttention<Scalar>::backward_of_head(Index b, Index h, const MatrixView<const Scalar>& output_gradient,
                                             Gradients& gradients) const {
  const Index length = shape_.length;
  const Index kv = h / (shape_.heads / shape_.key_value_heads);
  const auto q = head_of(query.constant(), shape_, b, h);
  const auto k = head_of(key.constant(), shape_, b, kv);
  const auto v = head_of(value.constant(), shape_, b, kv);
  const auto g = head_of(output_gradient, shape_, b, h);
  const auto dq = head_of(gradients.query.view(), shape_, b, h);
  const auto dk = head_of(gradients.key.view(), shape_, b, kv);
  const auto dv = head_of(gradients.value.view(), shape_, b, kv);
  const Scalar* weights = kept_.data() + (b * shape_.heads + h) * length * length;
  for (Index row = 0; row < length; row += kRows) {
    const Index rows = std::min(kRows, length - row);
    const Index columns = shape_.causal ? row + rows : length;
    const MatrixView<const Scalar> a{weights + row * length, rows, columns, length};
    const MatrixView<Scalar> ds{gradients.weights.data(), rows, columns, length};
    const MatrixView<const Scalar> ds_done{ds.data, rows, columns, length};
    multiply_transposed(g.middle_rows(row, rows), v.middle_rows(0, columns), ds);
    softmax_rows_backward(a, scale_of<Scalar>(shape_), ds);
    multiply(ds_done, k.middle_rows(0, columns), dq.middle_rows(row, rows));
    transpose_multiply_add(ds_done, q.middle_rows(row, rows), dk.middle_rows(0, columns));
    transpose_multiply_add(a, g.middle_rows(row, rows), dv.middle_rows(0, columns));
  }
}

template <typename Scalar>
void SelfAttention<Scalar>::forward(const SelfAttentionShape& shape, const MatrixView<Scalar>& output) {
  shape_ = shape;
  const auto& visible = shape.visible_keys;
  streaming_.mask = visible.empty() ? Tensor<std::uint8_t>()
                                    : Tensor<std::uint8_t>({1, 1, 1, shape.length}, {visible.begin(), visible.end()});
  if (keeps_weights()) {
    kept_.resize(static_cast<std::size_t>(
        checked_product("the attention weights", {shape.batch, shape.heads, shape.length, shape.length})));
    for (Index b = 0; b < shape.batch; ++b)
      for (Index h = 0; h < shape.heads; ++h) forward_of_head(b, h, output);
    return;
  }
  streaming_.query = split_heads(query.constant(), shape, shape.heads);
  streaming_.key = split_heads(key.constant(), shape, shape.key_value_heads);
  streaming_.value = split_heads(value.constant(), shape, shape.key_value_heads);
  streaming_.result = attention(streaming_.query, streaming_.key, streaming_.value, options());
  merge_heads(streaming_.result.output, shape, output);
}

template <typename Scalar>
void SelfAttention<Scalar>::backward(const MatrixView<const Scalar>& output_gradient, Gradients& gradients) const {
  gradients.query.resize(query.rows, query.columns);
  gradients.key.zeros(key.rows, key.columns);
  gradients.value.zeros(value.rows, value.columns);
  if (keeps_weights()) {
    gradients.weights.resize(static_cast<std::size_t>(checked_product("the gradient", {kRows, shape_.length})));
    for (Index b = 0; b < shape_.batch; ++b)
      for (Index h = 0; h < shape_.heads; ++h) backward_of_head(b, h, output_gradient, gradients);
    return;
  }
  const AttentionGradients<Scalar> streamed =
      attention_backward<Scalar>(streaming_.query, streaming_.key, streaming_.value, streaming_.result,
                                 split_heads(output_gradient, shape_, shape_.heads), options());
  merge_heads(streamed.query, shape_, gradients.query.view());
  merge_heads(streamed.key, shape_, gradients.key.view());
  merge_heads(streamed.value, shape_, gradients.value.view());
}

template <typename Scalar>
Tensor<Scalar> SelfAttention<Scalar>::weights() const {
  const Shape full{shape_.batch, shape_.heads, shape_.length, shape_.length};
  if (keeps_weights()) return Tensor<Scalar>(full, kept_);
  Tensor<Scalar> weights(full, "the weights");
  for (Index b = 0; b < shape_.batch; ++b)
    for (Index h = 0; h < shape_.heads; ++h) {
      const WeightsBlock all{.batch = b, .head = h, .rows = shape_.length, .columns = shape_.length};
      const Tensor<Scalar> head =
          attention_weights<Scalar>(streaming_.query, streaming_.key, streaming_.result.log_sum_exp, all, options());
      std::copy(head.data.begin(), head.data.end(), weights.head(b, h));
    }
  return weights;
}

template class SelfAttention<float>;
template class SelfAttention<double>;

}  // namespace heed
