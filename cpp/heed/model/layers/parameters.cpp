#include "heed/model/layers/parameters.h"

#include <algorithm>
#include <cmath>

#include "heed/ops/norms/layer_norm.h"
#include "heed/ops/norms/rms_norm.h"

namespace heed {
const StoredTensor& ParameterLoader::count(const StoredTensor& tensor) {
  parameters_ += static_cast<double>(elements_of(tensor.shape));
  bytes_ += static_cast<double>(tensor.bytes.size());
  return tensor;
}

std::vector<float> ParameterLoader::vector(const std::string& name, Index size) {
  if (name.empty()) return {};
  const StoredTensor& tensor = weights_.get(name);
  require(elements_of(tensor.shape) == size,
          {name, " has shape ", text_of(tensor.shape), " but the configuration asks for ", size, " numbers"});
  std::vector<float> result(static_cast<std::size_t>(size));
  widen(tensor.type, count(tensor).bytes, result);
  return result;
}

std::vector<float> ParameterLoader::numbers(const std::string& name, std::initializer_list<Index> shape) {
  const StoredTensor& tensor = weights_.get(name, shape);
  return vector(name, elements_of(tensor.shape));
}

std::shared_ptr<const LinearWeights> ParameterLoader::matrix(const LinearConfig& linear) {
  std::shared_ptr<const LinearWeights>& found = matrices_[linear.weight];
  const Index outputs = linear.outputs;
  const Index inputs = linear.inputs;
  // It was checked for NaN when it was taken.
  if (found != nullptr && found->outputs() == outputs && found->inputs() == inputs) return found;
  const StoredTensor& tensor = weights_.get_matrix(linear.weight, linear.inputs_first ? inputs : outputs,
                                                   linear.inputs_first ? outputs : inputs);
  if (found == nullptr)
    found = std::make_shared<const LinearWeights>(StoredMatrix{.data = count(tensor).bytes.data(),
                                                               .type = tensor.type,
                                                               .outputs = outputs,
                                                               .inputs = inputs,
                                                               .stride = linear.inputs_first ? outputs : inputs,
                                                               .inputs_first = linear.inputs_first},
                                                  as_.value_or(tensor.type));
  return found;
}

bool ParameterLoader::has_views() const {
  return std::ranges::any_of(matrices_, [](const auto& each) { return each.second->is_view(); });
}

Linear::Linear(const LinearConfig& config, ParameterLoader& loader)
    : weights_(loader.matrix(config)), bias_(loader.vector(config.bias, config.outputs)), outputs_(config.outputs) {}

void Linear::apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const {
  weights_->apply(x, bias_.empty() ? nullptr : bias_.data(), y, pool);
}

std::vector<float> Linear::row(Index output) const {
  std::vector<float> row(static_cast<std::size_t>(weights_->inputs()));
  weights_->row(output, row);
  return row;
}

LinearGroup::LinearGroup(const std::vector<LinearConfig>& configs, ParameterLoader& loader) {
  for (const LinearConfig& config : configs) {
    parts_.emplace_back(config, loader);
    columns_ += config.outputs;
  }
}

void LinearGroup::apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const {
  Index first = 0;
  for (const Linear& part : parts_) {
    part.apply(x, {y.data + first, y.rows, part.outputs(), y.stride}, pool);
    first += part.outputs();
  }
}

NormLayer::NormLayer(const NormConfig& config, Index width, ParameterLoader& loader, Index gains)
    : kind_(config.kind),
      epsilon_(config.epsilon),
      width_(width),
      gain_(loader.vector(config.weight, gains * width)),
      bias_(loader.vector(config.bias, gains * width)) {
  require(epsilon_ >= 0, {"the epsilon of ", config.weight, " is ", epsilon_, "; it must be at least 0"});
  if (gain_.empty()) gain_.assign(static_cast<std::size_t>(checked_product("a norm's gains", {gains, width})), 1.0F);
  if (config.gain_adds_one)
    for (float& gain : gain_) gain += 1;
}

void NormLayer::apply(const MatrixView<const float>& x, const MatrixView<float>& y) const {
  if (kind_ == NormConfig::Kind::kRms) {
    rms_norm(x, gain_.data(), epsilon_, y);
    return;
  }
  layer_norm(x, gain_.data(), bias_.empty() ? nullptr : bias_.data(), epsilon_, y);
}

double NormLayer::inverse_scale(std::span<const float> whole) const {
  const auto size = static_cast<double>(width_);
  double mean = 0;
  if (kind_ == NormConfig::Kind::kLayer)
    for (const float number : whole) mean += double{number} / size;
  double variance = 0;
  for (const float number : whole) variance += (double{number} - mean) * (double{number} - mean) / size;
  return 1 / std::sqrt(variance + epsilon_);
}

void NormLayer::apply_to_term(std::span<double> term, double inverse_scale) const {
  double mean = 0;
  if (kind_ == NormConfig::Kind::kLayer)
    for (const double number : term) mean += number / static_cast<double>(width_);
  for (std::size_t c = 0; c < term.size(); ++c) term[c] = (term[c] - mean) * inverse_scale * double{gain_[c]};
}

void NormLayer::apply(float* x, Index gain) const {
  const MatrixView<float> row = heed::matrix(x, 1, width_);
  const Index first = gain * width_;
  if (kind_ == NormConfig::Kind::kRms) {
    rms_norm<float>({row.data, 1, width_, width_}, gain_.data() + first, epsilon_, row);
    return;
  }
  layer_norm<float>({row.data, 1, width_, width_}, gain_.data() + first, bias_.empty() ? nullptr : bias_.data() + first,
                    epsilon_, row);
}

std::optional<NormLayer> load_norm(const std::optional<NormConfig>& config, Index width, ParameterLoader& loader) {
  if (!config) return std::nullopt;
  return NormLayer(*config, width, loader);
}

}  // namespace heed
