#include "heed/model/layers/head_layer.h"

#include <algorithm>
#include <cmath>

namespace heed {

HeadLayer::HeadLayer(const HeadConfig& config, Index width, ParameterLoader& loader)
    : config_(config),
      output_(config.output, loader),
      output_bias_(loader.vector(config.output_bias, config.output.outputs)) {
  Index columns = config.pooling == HeadConfig::Pooling::kFirstAndMean ? 2 * width : width;
  for (const HeadConfig::Transform& transform : config.transforms) {
    if (transform.linear) columns = transform.linear->outputs;
    transforms_.push_back(
        {transform.linear ? std::optional<Linear>(std::in_place, *transform.linear, loader) : std::nullopt,
         transform.activation, load_norm(transform.norm, columns, loader)});
  }
}

Tensor<float> HeadLayer::pool_rows(const MatrixView<const float>& x) const {
  const bool with_mean = config_.pooling == HeadConfig::Pooling::kFirstAndMean;
  Tensor<float> pooled({1, 1, 1, with_mean ? 2 * x.columns : x.columns}, "the pooled hidden state");
  std::copy_n(x.row(0), x.columns, pooled.data.data());
  if (!with_mean) return pooled;
  float* mean = pooled.data.data() + x.columns;
  for (Index i = 1; i < x.rows; ++i)
    for (Index c = 0; c < x.columns; ++c) mean[c] += x.row(i)[c] / static_cast<float>(x.rows - 1);
  return pooled;
}

std::vector<double> HeadLayer::direction(Index output) const {
  const std::vector<float> row = output_.row(output);
  std::vector<double> direction(row.begin(), row.end());
  for (double& factor : direction) factor *= config_.input_scale * config_.output_scale;
  return direction;
}

double HeadLayer::constant(Index output) const {
  const auto at = static_cast<std::size_t>(output);
  const double own = output_.bias().empty() ? 0 : double{output_.bias()[at]};
  return config_.output_scale * (own + (output_bias_.empty() ? 0 : double{output_bias_[at]}));
}

Tensor<float> HeadLayer::logits(const MatrixView<const float>& x, ThreadPool* pool) const {
  Tensor<float> state;
  if (pools()) {
    state = pool_rows(x);
  } else {
    state = Tensor<float>({1, 1, x.rows, x.columns}, "the last hidden state");
    for (Index i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.columns, matrix(state).row(i));
  }
  for (const Transform& transform : transforms_) {
    if (transform.linear) {
      Tensor<float> next({1, 1, state.shape.length, transform.linear->outputs()}, "the head's hidden state");
      transform.linear->apply(matrix(state), matrix(next), pool);
      state = std::move(next);
    }
    activate(transform.activation, state.data);
    if (transform.norm) transform.norm->apply(matrix(state), matrix(state));
  }
  if (config_.input_scale != 1)
    for (float& number : state.data) number *= static_cast<float>(config_.input_scale);
  Tensor<float> logits({1, 1, state.shape.length, output_.outputs()}, "the logits");
  output_.apply(matrix(state), matrix(logits), pool);
  const auto scale = static_cast<float>(config_.output_scale);
  const auto cap = static_cast<float>(config_.softcap);
  for (Index i = 0; i < logits.shape.length; ++i) {
    float* row = matrix(logits).row(i);
    if (!output_bias_.empty())
      for (Index c = 0; c < logits.shape.dim; ++c) row[c] += output_bias_[static_cast<std::size_t>(c)];
    if (scale != 1)
      for (Index c = 0; c < logits.shape.dim; ++c) row[c] *= scale;
    if (cap > 0)
      for (Index c = 0; c < logits.shape.dim; ++c) row[c] = cap * std::tanh(row[c] / cap);
  }
  return logits;
}

}  // namespace heed
