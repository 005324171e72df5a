#pragma once

#include <span>
#include <vector>

#include "heed/io/safetensors.h"
#include "heed/tensor/random.h"
#include "heed/training/adamw.h"
#include "heed/training/transformer/transformer_layout.h"

// What is done to the parameters of any network that is trained here, one after the other in the order of its layout.

namespace heed {

/// The part of a flat buffer, of parameters or of their gradients, that a parameter has.
template <typename Scalar>
[[nodiscard]] std::span<Scalar> part_of(std::span<Scalar> all, const Parameter& parameter) {
  return all.subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.size()));
}

/// Embeddings normal with a deviation, linear maps uniform on ±1/√inputs, gains 1, biases 0.
template <typename Scalar>
void draw_parameter(const Parameter& parameter, double embedding_deviation, RandomState& random,
                    std::span<Scalar> parameters);

/// One step of the optimiser.
template <typename Scalar>
void update_parameters(AdamW<Scalar>& optimiser, const std::vector<Parameter>& layout, std::span<Scalar> parameters,
                       std::span<const Scalar> gradients, double learning_rate);

void write_parameters(const std::vector<Parameter>& layout, std::span<const float> parameters, Safetensors& file);

/// Each is in the file, and of its shape. Throws std::invalid_argument that names one with a number that is not finite.
void read_parameters(const SafetensorsView& file, const std::vector<Parameter>& layout, std::span<float> parameters);

}  // namespace heed
