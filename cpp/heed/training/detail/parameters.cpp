#include "heed/training/detail/parameters.h"

#include <algorithm>
#include <cmath>

namespace heed {

template <typename Scalar>
void draw_parameter(const Parameter& parameter, double embedding_deviation, RandomState& random,
                    std::span<Scalar> parameters) {
  const double bound = 1 / std::sqrt(static_cast<double>(parameter.rows));
  for (Scalar& value : part_of(parameters, parameter)) {
    switch (parameter.kind) {
      case Parameter::Kind::kEmbedding:
        value = static_cast<Scalar>(random.normal() * embedding_deviation);
        break;
      case Parameter::Kind::kLinear:
        value = static_cast<Scalar>((2 * random.uniform() - 1) * bound);
        break;
      case Parameter::Kind::kGain:
        value = 1;
        break;
      case Parameter::Kind::kBias:
        value = 0;
        break;
    }
  }
}

template <typename Scalar>
void update_parameters(AdamW<Scalar>& optimiser, const std::vector<Parameter>& layout, std::span<Scalar> parameters,
                       std::span<const Scalar> gradients, double learning_rate) {
  optimiser.begin_step();
  for (const Parameter& parameter : layout)
    optimiser.update(parameter.offset, part_of(parameters, parameter), part_of(gradients, parameter), learning_rate,
                     parameter.decays());
}

void write_parameters(const std::vector<Parameter>& layout, std::span<const float> parameters, Safetensors& file) {
  for (const Parameter& parameter : layout) {
    const auto part = part_of(parameters, parameter);
    file.tensors[parameter.name] = {{parameter.rows, parameter.columns}, {part.begin(), part.end()}};
  }
}

void read_parameters(const SafetensorsView& file, const std::vector<Parameter>& layout, std::span<float> parameters) {
  for (const Parameter& parameter : layout) {
    const std::vector<float> values = values_of(file.tensors.at(parameter.name), parameter.name);
    for (const float value : values)
      require(std::isfinite(value), {"the model's ", parameter.name, " holds a number that is not finite"});
    std::ranges::copy(values, part_of(parameters, parameter).begin());
  }
}

template void draw_parameter(const Parameter&, double, RandomState&, std::span<float>);
template void draw_parameter(const Parameter&, double, RandomState&, std::span<double>);
template void update_parameters(AdamW<float>&, const std::vector<Parameter>&, std::span<float>, std::span<const float>,
                                double);
template void update_parameters(AdamW<double>&, const std::vector<Parameter>&, std::span<double>,
                                std::span<const double>, double);

}  // namespace heed
