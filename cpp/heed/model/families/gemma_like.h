#pragma once

#include "heed/model/families/llama_like.h"

namespace heed::families {

/// What the generations of Gemma differ in before their layers are changed.
struct GemmaLike {
  Index key_value_heads = 0;  ///< where the configuration does not say; 0: as many as heads
  double theta = 10000;
  const char* activation_field = "hidden_activation";
};

/// Gemma: embeddings times √width, norms with gain 1 + weight, tanh-GELU gates.
[[nodiscard]] ArchitectureConfig gemma_like(const Fields& fields, const Weights& weights, const GemmaLike& choices);

/// What Gemma 2 added: norms after attention and feed-forward, the scale 1/√query_pre_attn_scalar, and soft caps, whose values
/// are given for absent fields.
void add_gemma2_layers(const Fields& fields, ArchitectureConfig& architecture, const Weights& weights,
                       double attention_softcap, double logit_softcap);

/// RMS norm with gain 1 + weight.
[[nodiscard]] NormConfig gemma_norm(const std::string& name, const Fields& fields);

}  // namespace heed::families
