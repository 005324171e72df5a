#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../js_arrays.h"
#include "../js_values.h"
#include "heed/model/forward_request.h"
#include "heed/model/generator.h"

// What models take and give, from JavaScript and back. Everything is copied and checked.

namespace heed::js {

EMSCRIPTEN_DECLARE_VAL_TYPE(ForwardInputsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(ForwardOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(GenerationOptionsArgument)
EMSCRIPTEN_DECLARE_VAL_TYPE(ForwardResultValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(DtypeArgument)

/// What a model looks at, kept for as long as it does.
class ForwardInputs {
 public:
  explicit ForwardInputs(const val& inputs);
  [[nodiscard]] ForwardInput view() const;

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::uint8_t> attention_mask_;
  std::vector<std::int32_t> token_types_;
  std::vector<std::int32_t> decoder_ids_;
  Tensor<float> pixels_;
};

/// What the matrices of a model become: nothing for "file".
[[nodiscard]] std::optional<ElementType> dtype_argument(const val& dtype);

/// "encoder", "decoder" or "cross"; nothing for undefined. `name` is what an error calls it.
[[nodiscard]] std::optional<AttentionKind> attention_kind(const val& kind, const std::string& name);

/// The interventions of options.
[[nodiscard]] Interventions interventions_at(const val& options);

[[nodiscard]] ForwardRequest forward_request(const val& options);
[[nodiscard]] GenerationOptions generation_options(const val& options);
/// Of what has these options among others, whose names are checked elsewhere.
[[nodiscard]] SamplingOptions sampling_options(const val& options);

/// As transformers names and shapes them.
[[nodiscard]] ForwardResultValue to_js(const ForwardResult& result, const ArchitectureConfig& architecture);

}  // namespace heed::js
