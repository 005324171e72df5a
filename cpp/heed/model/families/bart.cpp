#include "heed/model/families/bart_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

ArchitectureConfig bart(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = bart_like(fields, weights, {});
  if (!architecture.decoder_start_token) architecture.decoder_start_token = 2;
  return architecture;
}

}  // namespace heed::families
