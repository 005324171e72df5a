#pragma once

#include "heed/model/families/family.h"

namespace heed::families {

// What family.h says of `read_architecture`, of one family each.

// Decoders.
[[nodiscard]] ArchitectureConfig bloom(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig cohere(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig falcon(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gemma(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gemma2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gemma3(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gpt2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gpt_bigcode(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gpt_neo(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gpt_neox(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig gptj(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig granite(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig llama(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig mistral(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig mpt(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig olmo(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig olmo2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig opt(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig phi(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig phi3(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig qwen2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig qwen3(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig smollm3(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig stablelm(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig starcoder2(const Fields& fields, const Weights& weights);

// Encoders.
[[nodiscard]] ArchitectureConfig albert(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig bert(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig clip_text(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig deberta_v2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig distilbert(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig electra(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig modernbert(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig mpnet(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig roberta(const Fields& fields, const Weights& weights);

// Encoder-decoders.
[[nodiscard]] ArchitectureConfig bart(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig marian(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig t5(const Fields& fields, const Weights& weights);

// Image models.
[[nodiscard]] ArchitectureConfig dinov2(const Fields& fields, const Weights& weights);
[[nodiscard]] ArchitectureConfig vit(const Fields& fields, const Weights& weights);

}  // namespace heed::families
