#include "heed/model/families/bart_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// Marian, the translators of OPUS-MT.
ArchitectureConfig marian(const Fields& fields, const Weights& weights) {
  fields.require_flag("share_encoder_decoder_embeddings", true, "embeddings of their own are not supported");
  ArchitectureConfig architecture = bart_like(fields, weights, {.has_embedding_norm = false, .sinusoidal = true});
  if (!architecture.decoder_start_token) architecture.decoder_start_token = architecture.padding_token;
  return architecture;
}

}  // namespace heed::families
