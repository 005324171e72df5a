#include "heed/model/families/families.h"
#include "heed/model/families/gemma_like.h"

namespace heed::families {

ArchitectureConfig gemma(const Fields& fields, const Weights& weights) {
  return gemma_like(fields, weights, {.key_value_heads = 16, .activation_field = "hidden_act"});
}

}  // namespace heed::families
