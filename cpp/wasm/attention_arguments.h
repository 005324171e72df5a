#pragma once

#include "js_values.h"

namespace heed::js {

/// The core's options, and the tensors that they look at.
struct AttentionArguments {
  Tensor<std::uint8_t> mask;
  Tensor<float> bias;
  AttentionOptions<float> core;
};

/// From an options object of JavaScript. `to` is looked at by its own `core`, so it must stay where it is.
void read_options(const val& from, AttentionArguments& to);

/// Throws where an option stands among a function's inputs, where it would have no effect.
void refuse_options_among(const val& inputs);

}  // namespace heed::js
