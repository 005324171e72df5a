#include "heed/attention/attention_backward.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "heed/attention/detail/attention_head.h"
#include "heed/attention/detail/attention_tile.h"
#include "heed/tensor/sums.h"

namespace heed {
namespace {

constexpr Index kTile = 64;

/// Buffers for one tile of queries × keys, reused from tile to tile.
template <typename Scalar>
struct Tile {
  std::vector<Scalar> logits, capped, weights, gradient;

  Tile() {
    for (auto* buffer : {&logits, &capped, &weights, &gradient}) buffer->resize(kTile * kTile);
  }
};

/// result += tileᵀ · rows, without the pairs whose entry is 0: 0 · NaN is NaN.
template <typename Scalar>
void add_transposed_product(const MatrixView<const Scalar>& tile, const MatrixView<const Scalar>& rows,
                            const MatrixView<Scalar>& result) {
  bool finite = true;
  for (Index i = 0; i < rows.rows; ++i) finite = finite && all_finite(rows.row(i), rows.columns);
  if (finite) {
    transpose_multiply_add(tile, rows, result);
    return;
  }
  for (Index i = 0; i < tile.rows; ++i)
    for (Index j = 0; j < tile.columns; ++j)
      if (tile.row(i)[j] != 0)
        for (Index d = 0; d < rows.columns; ++d) result.row(j)[d] += tile.row(i)[j] * rows.row(i)[d];
}

/// Where the gradients of one head are added up.
template <typename Scalar>
struct HeadGradients {
  Scalar* query = nullptr;
  Scalar* key = nullptr;
  Scalar* value = nullptr;
  Scalar* bias = nullptr;  ///< laid out as the head's bias is
};

template <typename Scalar>
void backward_of_head(const AttentionHead<Scalar>& head, const Scalar* output, const Scalar* log_sum_exp,
                      const Scalar* output_gradient, const HeadGradients<Scalar>& sums, Tile<Scalar>& buffers) {
  // ∂s K is to leave out hidden keys as A V does, so the keys take the place of the values.
  AttentionHead<Scalar> keys_as_values = head;
  keys_as_values.value = head.key;
  keys_as_values.value_dim = head.dim;
  // The slope of the softcap is taken where the logits are before the bias: a large bias leaves none of their digits.
  AttentionHead<Scalar> without_bias = head;
  without_bias.bias = {};
  const bool caps_and_biases = head.softcap > 0 && head.bias.data != nullptr;
  for (Index row = 0; row < head.queries; row += kTile) {
    const Index rows = std::min(kTile, head.queries - row);
    const auto g = matrix(output_gradient + row * head.value_dim, rows, head.value_dim);
    std::array<Scalar, kTile> mean{};  // G_i·O_i = Σ_j A_ij G_i·V_j
    std::array<RowSoftmax<Scalar>, kTile> softmaxes;
    for (Index i = 0; i < rows; ++i)
      softmaxes[static_cast<std::size_t>(i)] = row_softmax(head, row + i, log_sum_exp[row + i]);
    for (Index i = 0; i < rows; ++i)
      for (Index d = 0; d < head.value_dim; ++d)
        mean[static_cast<std::size_t>(i)] += g.row(i)[d] * output[(row + i) * head.value_dim + d];
    const KeyRange first = head.visibility.of(row);
    const KeyRange last = head.visibility.of(row + rows - 1);
    for (Index column = first.first; column < last.last; column += kTile) {
      const Index columns = std::min(kTile, last.last - column);
      const auto logits = matrix(buffers.logits.data(), rows, columns);
      const auto weights = matrix(buffers.weights.data(), rows, columns);
      const auto gradient = matrix(buffers.gradient.data(), rows, columns);
      logits_tile(head, row, column, logits);
      const auto capped = matrix(caps_and_biases ? buffers.capped.data() : logits.data, rows, columns);
      if (caps_and_biases) logits_tile(without_bias, row, column, capped);
      multiply_transposed<Scalar>(g, matrix(head.value + column * head.value_dim, columns, head.value_dim), gradient);
      for (Index i = 0; i < rows; ++i) {
        const RowSoftmax<Scalar>& softmax = softmaxes[static_cast<std::size_t>(i)];
        for (Index j = 0; j < columns; ++j) {
          const Scalar s = logits.row(i)[j];
          const bool hidden = s == -std::numeric_limits<Scalar>::infinity();
          const Scalar a = hidden ? 0 : softmax.weight(s);
          Scalar ds = hidden ? 0 : a * (gradient.row(i)[j] - mean[static_cast<std::size_t>(i)]);
          weights.row(i)[j] = a;
          if (head.bias.data != nullptr && !hidden)
            sums.bias[(row + i) * head.bias.row_stride + (column + j) * head.bias.column_stride] += ds;
          if (head.softcap > 0 && !hidden) {
            const Scalar tanh = capped.row(i)[j] / head.softcap;
            ds *= 1 - tanh * tanh;
          }
          gradient.row(i)[j] = ds * head.scale;
        }
      }
      add_transposed_product<Scalar>({weights.data, rows, columns, columns}, g,
                                     matrix(sums.value + column * head.value_dim, columns, head.value_dim));
      add_transposed_product<Scalar>({gradient.data, rows, columns, columns},
                                     matrix(head.query + row * head.dim, rows, head.dim),
                                     matrix(sums.key + column * head.dim, columns, head.dim));
      add_weighted_values<Scalar>(keys_as_values, row, column, {gradient.data, rows, columns, columns},
                                  matrix(sums.query + row * head.dim, rows, head.dim));
    }
  }
}

}  // namespace

template <typename Scalar>
AttentionGradients<Scalar> attention_backward(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                              const TensorView<Scalar>& value, const AttentionResult<Scalar>& forward,
                                              const TensorView<Scalar>& output_gradient,
                                              const AttentionOptions<Scalar>& options) {
  const Shape& q = query.shape;
  const Shape& k = key.shape;
  const Shape out{q.batch, q.heads, q.length, value.shape.dim};
  (void)out.size();
  (void)value.shape.size();
  if (q.batch > 0 && q.heads > 0) (void)resolve_head(query, key, options, 0, 0);  // refuses what does not fit
  require(value.shape.batch == k.batch && value.shape.heads == k.heads && value.shape.length == k.length,
          {"K has shape ", k, " but V has ", value.shape});
  require(output_gradient.shape == out,
          {"the gradient of the output has shape ", output_gradient.shape, " but the output has ", out});
  require(forward.output.shape == out, {"the forward output has shape ", forward.output.shape, "; expected ", out});
  const Shape per_query{q.batch, q.heads, q.length, 1};
  require(forward.log_sum_exp.shape == per_query,
          {"the log-sum-exp has shape ", forward.log_sum_exp.shape, " but Q asks for ", per_query});
  for (const Tensor<Scalar>* given : {&forward.output, &forward.log_sum_exp})
    (void)TensorView<Scalar>(*given);  // as many values as its shape says

  AttentionGradients<Scalar> gradients;
  gradients.query = Tensor<Scalar>(q, "the gradient of Q");
  gradients.key = Tensor<Scalar>(k, "the gradient of K");
  gradients.value = Tensor<Scalar>(value.shape, "the gradient of V");
  if (options.bias.is_given()) gradients.bias = Tensor<Scalar>(options.bias.shape, "the gradient of the bias");
  Tile<Scalar> buffers;
  for (Index b = 0; b < q.batch; ++b)
    for (Index h = 0; h < q.heads; ++h) {
      AttentionHead<Scalar> head = resolve_head(query, key, options, b, h);
      const Index kv_head = h / (q.heads / k.heads);
      head.value = value.head(b, kv_head);
      head.value_dim = value.shape.dim;
      const Shape& bias = options.bias.shape;
      const HeadGradients<Scalar> sums{
          .query = gradients.query.head(b, h),
          .key = gradients.key.head(b, kv_head),
          .value = gradients.value.head(b, kv_head),
          .bias = !options.bias.is_given() ? nullptr
                                           : gradients.bias.head(bias.batch == 1 ? 0 : b, bias.heads == 1 ? 0 : h)};
      backward_of_head(head, forward.output.head(b, h), forward.log_sum_exp.head(b, h), output_gradient.head(b, h),
                       sums, buffers);
    }
  return gradients;
}

#define HEED_INSTANTIATE(Scalar)                                                                                    \
  template AttentionGradients<Scalar> attention_backward(const TensorView<Scalar>&, const TensorView<Scalar>&,      \
                                                         const TensorView<Scalar>&, const AttentionResult<Scalar>&, \
                                                         const TensorView<Scalar>&, const AttentionOptions<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
