#pragma once

#include "heed/model/families/parts.h"

namespace heed::families {

/// What relatives of Llama choose; the rest of a family's differences are changes to the architecture that `llama_like` gives.
struct LlamaLike {
  bool query_key_value_bias = false;
  bool output_bias = false;
  bool feed_forward_bias = false;
  bool tied = false;  ///< where the configuration does not say
  ActivationFunction function = ActivationFunction::kSilu;
  double theta = 10000;
  double partial_rotary = 1;
  /// What a norm of that name is.
  NormConfig (*norm)(const std::string& name, const Fields& fields) = nullptr;
};

/// RMS norm with `rms_norm_eps`, 1e-6 where it is absent.
[[nodiscard]] NormConfig llama_norm(const std::string& name, const Fields& fields);

/// A decoder with grouped queries, rotary positions, gated feed-forward and a norm before each, named as Llama's.
[[nodiscard]] ArchitectureConfig llama_like(const Fields& fields, const Weights& weights, const LlamaLike& choices);

/// Whether layer `layer` slides by `layer_types`; `otherwise` where there is no such field. Refuses types other than
/// full_attention and sliding_attention.
[[nodiscard]] bool slides(const Fields& fields, Index layer, bool otherwise);

/// A causal window: query i sees keys i − window < j ≤ i.
void set_window(AttentionConfig& attention, Index window);

}  // namespace heed::families
