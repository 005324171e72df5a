#pragma once

#include <optional>
#include <vector>

#include "heed/model/key_value_cache.h"
#include "heed/model/model.h"
#include "heed/model/sampling.h"

namespace heed {

class ThreadPool;

/// How a text is continued.
struct GenerationOptions {
  Index max_new_tokens = 20;                     ///< after which the text ends
  SamplingOptions sampling;                      ///< how a token is chosen
  std::uint32_t seed = 0;                        ///< of the random numbers
  std::optional<std::vector<Index>> end_tokens;  ///< nothing: those of the model; none in it: nothing ends the text
};

/// A text that a model continues token by token, with the keys and values of what it has seen, keeping to the rules of the
/// checkpoint's generation_config.json. The model must outlive it.
class Generator {
 public:
  /// Begins with `input.ids`; encoder-decoders with `input.decoder_ids`, or with the token that the configuration names where
  /// there are none. Throws std::invalid_argument, naming the values, for a model that continues no text, options out of range, an
  /// input that does not fit the model or a mask over a decoder's tokens.
  Generator(const Model& model, const ForwardInput& input, GenerationOptions options = {}, ThreadPool* pool = nullptr);

  /// The next token; nothing after an end token, max_new_tokens, or where the model's context is full.
  [[nodiscard]] std::optional<SampledToken> next();

 private:
  const Model& model_;
  GenerationOptions options_;
  ThreadPool* pool_;
  std::vector<std::int32_t> encoder_ids_;
  std::vector<std::uint8_t> encoder_mask_;
  std::vector<std::int32_t> text_;      ///< all tokens so far; of encoder-decoders the decoder's
  Index given_;                         ///< how many of them the text began with
  std::vector<std::int32_t> next_ids_;  ///< what the model has not seen yet
  Index left_;                          ///< tokens that may still come
  KeyValueCache cache_;
  RandomState random_;
};

}  // namespace heed
