#include "attention_arguments.h"

#include <cmath>

#include "heed/tensor/message.h"

namespace heed::js {
namespace {

/// One side of window: [left, right]. Infinity, -1, null and undefined leave it open.
std::optional<Index> window_side(const val& window, int side) {
  const val width = window[side];
  if (width.isUndefined() || width.isNull()) return {};
  if (width.isNumber() && (std::isinf(width.as<double>()) || width.as<double>() == -1)) return {};
  return whole_number(width, side == 0 ? "window[0]" : "window[1]");
}

}  // namespace

void read_options(const val& from, AttentionArguments& to) {
  check_names(
      from, "options",
      "scale, temperature, softcap, mask, bias, causal, window, queryOffset, keyLengths, weights, logits, reuse");
  auto& core = to.core;
  core.scale = number_at(from, "scale");
  core.temperature = number_at(from, "temperature").value_or(1);
  core.softcap = number_at(from, "softcap").value_or(0);
  core.causal = flag_at(from, "causal");
  core.query_offset = whole_number_at(from, "queryOffset").value_or(0);
  core.weights = core.logits = flag_at(from, "weights");
  if (const val logits = property(from, "logits"); !logits.isUndefined()) core.logits = flag_at(from, "logits");
  if (const val mask = property(from, "mask"); !mask.isUndefined() && !mask.isNull()) {
    to.mask = broadcast_tensor_at<std::uint8_t>(from, "mask");
    core.mask = to.mask;
  }
  if (const val bias = property(from, "bias"); !bias.isUndefined() && !bias.isNull()) {
    to.bias = broadcast_tensor_at<float>(from, "bias");
    core.bias = to.bias;
  }
  if (const val window = property(from, "window"); !window.isUndefined() && !window.isNull()) {
    if (!window.isArray() || window["length"].as<double>() != 2)
      throw std::invalid_argument(message({"window is ", shown(window), "; it must be [left, right]"}));
    core.window_left = window_side(window, 0);
    core.window_right = window_side(window, 1);
  }
  if (const val lengths = property(from, "keyLengths"); !lengths.isUndefined() && !lengths.isNull()) {
    const Index count = length_of(lengths, "keyLengths");
    // To the core none would mean that there is no padding.
    require(count > 0, {"keyLengths is empty; it must have a number for each of the batch"});
    for (Index b = 0; b < count; ++b)
      core.key_lengths.push_back(whole_number(lengths[b], message({"keyLengths[", b, "]"})));
  }
}

void refuse_options_among(const val& inputs) {
  for (const char* option :
       {"scale", "temperature", "softcap", "mask", "bias", "causal", "window", "queryOffset", "keyLengths"})
    if (!property(inputs, option).isUndefined())
      throw std::invalid_argument(message({option, " is none of the inputs; it belongs to the options"}));
}

}  // namespace heed::js
