#include "explain/encoder_decoder/sublayers.h"

#include "heed/attention/attention_backward.h"
#include "heed/ops/activations/gelu.h"
#include "heed/ops/embedding.h"
#include "heed/ops/linear.h"
#include "heed/ops/norms/layer_norm.h"

namespace heed::explain {
namespace {

using Map = EncoderDecoderLayout::Map;

constexpr double kEpsilon = 1e-5;

/// A linear map with its bias.
template <typename Scalar>
struct Linear {
  const ParameterBuffers<Scalar>& buffers;
  const Map& map;

  [[nodiscard]] MatrixView<const Scalar> weight(Index in, Index out) const {
    return matrix(buffers.values + map.weight, in, out);
  }
  void apply(const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    linear(x, weight(x.columns, y.columns), buffers.values + map.bias, y);
  }
  void apply_add(const MatrixView<const Scalar>& x, const MatrixView<Scalar>& y) const {
    linear_add(x, weight(x.columns, y.columns), buffers.values + map.bias, y);
  }
  void backward(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                const MatrixView<Scalar>& x_gradient) const {
    linear_backward(x, weight(x.columns, y_gradient.columns), y_gradient, x_gradient, buffers.gradients + map.weight,
                    buffers.gradients + map.bias);
  }
  void backward_add(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& y_gradient,
                    const MatrixView<Scalar>& x_gradient) const {
    linear_backward_add(x, weight(x.columns, y_gradient.columns), y_gradient, x_gradient,
                        buffers.gradients + map.weight, buffers.gradients + map.bias);
  }
};

template <typename Scalar>
MatrixView<const Scalar> norm(const ParameterBuffers<Scalar>& buffers, const Map& map, const MatrixBuffer<Scalar>& sum,
                              MatrixBuffer<Scalar>& output) {
  layer_norm(sum.constant(), buffers.values + map.weight, buffers.values + map.bias, kEpsilon,
             output.resize(sum.rows, sum.columns));
  return output.constant();
}

template <typename Scalar>
MatrixView<const Scalar> norm_backward(const ParameterBuffers<Scalar>& buffers, const Map& map,
                                       const MatrixBuffer<Scalar>& sum, const MatrixView<const Scalar>& y_gradient,
                                       MatrixBuffer<Scalar>& sum_gradient) {
  layer_norm_backward(sum.constant(), buffers.values + map.weight, kEpsilon, y_gradient,
                      sum_gradient.zeros(sum.rows, sum.columns), buffers.gradients + map.weight,
                      buffers.gradients + map.bias);
  return sum_gradient.constant();
}

template <typename Scalar>
void add(const MatrixView<const Scalar>& x, const MatrixView<Scalar>& to) {
  for (Index i = 0; i < x.rows; ++i)
    for (Index j = 0; j < x.columns; ++j) to.row(i)[j] += x.row(i)[j];
}

template <typename Scalar>
void copy(const MatrixView<const Scalar>& x, MatrixBuffer<Scalar>& to) {
  const MatrixView<Scalar> rows = to.resize(x.rows, x.columns);
  for (Index i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.columns, rows.row(i));
}

/// The rows of all sequences: of one head they lie as (batch · length × dim) does.
template <typename Scalar>
MatrixView<Scalar> rows_of(Tensor<Scalar>& tensor) {
  return matrix(tensor.data.data(), tensor.shape.batch * tensor.shape.length, tensor.shape.dim);
}
template <typename Scalar>
MatrixView<const Scalar> rows_of(const Tensor<Scalar>& tensor) {
  return matrix(tensor.data.data(), tensor.shape.batch * tensor.shape.length, tensor.shape.dim);
}

}  // namespace

template <typename Scalar>
MatrixView<const Scalar> EmbeddingSublayer<Scalar>::forward(const ParameterBuffers<Scalar>& buffers, Index table,
                                                            const EncoderDecoderLayout::Embedding& map,
                                                            std::span<const std::int32_t> tokens, Index batch,
                                                            Index d_model) {
  const Index n = static_cast<Index>(tokens.size());
  table_ = table;
  map_ = map;
  length_ = n / batch;
  tokens_.assign(tokens.begin(), tokens.end());
  embed(tokens, buffers.values + table, sum_.resize(n, d_model));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < d_model; ++j)
      sum_.view().row(i)[j] += buffers.values[map.positions + i % length_ * d_model + j];
  return norm(buffers, map.norm, sum_, output_);
}

template <typename Scalar>
void EmbeddingSublayer<Scalar>::backward(const ParameterBuffers<Scalar>& buffers,
                                         const MatrixView<const Scalar>& y_gradient) {
  const auto gradient = norm_backward(buffers, map_.norm, sum_, y_gradient, sum_gradient_);
  embed_backward(std::span<const std::int32_t>(tokens_), gradient, buffers.gradients + table_);
  for (Index i = 0; i < gradient.rows; ++i)
    for (Index j = 0; j < gradient.columns; ++j)
      buffers.gradients[map_.positions + i % length_ * gradient.columns + j] += gradient.row(i)[j];
}

template <typename Scalar>
MatrixView<const Scalar> AttentionSublayer<Scalar>::forward(const ParameterBuffers<Scalar>& buffers,
                                                            const EncoderDecoderLayout::Attention& map,
                                                            const MatrixView<const Scalar>& x,
                                                            const MatrixView<const Scalar>& memory, Index batch,
                                                            bool causal) {
  map_ = map;
  options_.causal = causal;
  options_.weights = true;
  options_.threads = 1;
  copy(x, x_);
  copy(memory, memory_);
  query_ = Tensor<Scalar>({batch, 1, x.rows / batch, x.columns}, "the queries");
  key_ = Tensor<Scalar>({batch, 1, memory.rows / batch, memory.columns}, "the keys");
  value_ = Tensor<Scalar>(key_.shape, "the values");
  Linear<Scalar>{buffers, map.query}.apply(x, rows_of(query_));
  Linear<Scalar>{buffers, map.key}.apply(memory, rows_of(key_));
  Linear<Scalar>{buffers, map.value}.apply(memory, rows_of(value_));
  result_ = attention(query_, key_, value_, options_);
  sum_ = x_;
  Linear<Scalar>{buffers, map.output}.apply_add(rows_of(std::as_const(result_.output)), sum_.view());
  return norm(buffers, map.norm, sum_, output_);
}

template <typename Scalar>
void AttentionSublayer<Scalar>::backward(const ParameterBuffers<Scalar>& buffers,
                                         const MatrixView<const Scalar>& y_gradient,
                                         const MatrixView<Scalar>& x_gradient,
                                         const MatrixView<Scalar>& memory_gradient) {
  const auto gradient = norm_backward(buffers, map_.norm, sum_, y_gradient, sum_gradient_);
  add(gradient, x_gradient);
  Tensor<Scalar> output_gradient(result_.output.shape, "a gradient");
  Linear<Scalar>{buffers, map_.output}.backward(rows_of(std::as_const(result_.output)), gradient,
                                                rows_of(output_gradient));
  const auto gradients = attention_backward<Scalar>(query_, key_, value_, result_, output_gradient, options_);
  Linear<Scalar>{buffers, map_.query}.backward_add(x_.constant(), rows_of(gradients.query), x_gradient);
  Linear<Scalar>{buffers, map_.key}.backward_add(memory_.constant(), rows_of(gradients.key), memory_gradient);
  Linear<Scalar>{buffers, map_.value}.backward_add(memory_.constant(), rows_of(gradients.value), memory_gradient);
}

template <typename Scalar>
MatrixView<const Scalar> FeedForwardSublayer<Scalar>::forward(const ParameterBuffers<Scalar>& buffers,
                                                              const EncoderDecoderLayout::FeedForward& map,
                                                              const MatrixView<const Scalar>& x, Index d_ff) {
  map_ = map;
  copy(x, x_);
  Linear<Scalar>{buffers, map.up}.apply(x, up_.resize(x.rows, d_ff));
  hidden_.resize(x.rows, d_ff);
  gelu<Scalar>(up_.numbers, hidden_.numbers);
  sum_ = x_;
  Linear<Scalar>{buffers, map.down}.apply_add(hidden_.constant(), sum_.view());
  return norm(buffers, map.norm, sum_, output_);
}

template <typename Scalar>
void FeedForwardSublayer<Scalar>::backward(const ParameterBuffers<Scalar>& buffers,
                                           const MatrixView<const Scalar>& y_gradient,
                                           const MatrixView<Scalar>& x_gradient) {
  const auto gradient = norm_backward(buffers, map_.norm, sum_, y_gradient, sum_gradient_);
  add(gradient, x_gradient);
  Linear<Scalar>{buffers, map_.down}.backward(hidden_.constant(), gradient,
                                              hidden_gradient_.resize(hidden_.rows, hidden_.columns));
  gelu_backward<Scalar>(up_.numbers, hidden_gradient_.numbers);
  Linear<Scalar>{buffers, map_.up}.backward_add(x_.constant(), hidden_gradient_.constant(), x_gradient);
}

template class EmbeddingSublayer<float>;
template class EmbeddingSublayer<double>;
template class AttentionSublayer<float>;
template class AttentionSublayer<double>;
template class FeedForwardSublayer<float>;
template class FeedForwardSublayer<double>;

}  // namespace heed::explain
