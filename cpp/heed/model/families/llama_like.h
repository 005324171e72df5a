#pragma once

#include "heed/model/families/parts.h"

namespace heed::families {

/// What relatives of Llama choose; the rest of a family's differences are changes to the architecture that `llama_like` gives.
struct LlamaLike {
  bool query_key_value_bias = false;
  bool output_bias = false;
  bool feed_forward_bias = false;
  bool tied = false;          ///< where the configuration does not say
  Index key_value_heads = 0;  ///< where the configuration does not say; 0: as many as heads
  Index head_dim = 0;         ///< where the configuration does not say; 0: the width over the heads
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

/// Windows as Qwen has them: where use_sliding_window says so, from layer max_window_layers on.
void set_upper_windows(const Fields& fields, StackConfig& stack);

/// Norms of queries and keys, named self_attn.q_norm and self_attn.k_norm.
void set_head_norms(StackConfig& stack, const Weights& weights,
                    NormConfig (*norm)(const std::string& name, const Fields& fields), const Fields& fields,
                    HeadNormConfig::Scope scope);

/// A causal window: query i sees keys i − window < j ≤ i.
void set_window(AttentionConfig& attention, Index window);

}  // namespace heed::families
