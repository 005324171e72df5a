#pragma once

#include <optional>
#include <string>
#include <vector>

#include "heed/model/architecture/block_config.h"
#include "heed/model/architecture/embedding_config.h"
#include "heed/model/architecture/generation_rules.h"

namespace heed {

/// What a model takes and gives: decoders continue a text, encoders see all of it at once, images are cut into patches.
enum class ModelKind : std::uint8_t { kDecoder, kEncoder, kEncoderDecoder, kImage };

/// "decoder", "encoder", "encoder-decoder" or "image".
[[nodiscard]] const char* name_of(ModelKind kind);

/// Embeddings, blocks, and what is done to the last hidden state.
struct StackConfig {
  Index width = 0;                       ///< components of a hidden state
  EmbeddingConfig embedding;             ///< the first hidden state
  std::vector<BlockConfig> blocks;       ///< the layers, the first of them first
  std::optional<NormConfig> final_norm;  ///< of the last hidden state
  /// Of the last hidden state after the norm, to a width of its own; without a bias.
  std::optional<LinearConfig> final_projection = {};
  /// Whether the last of the hidden states that are returned is taken after the final norm and projection.
  bool hidden_states_end_with_norm = true;

  /// Components of the last hidden state.
  [[nodiscard]] Index output_width() const { return final_projection ? final_projection->outputs : width; }
};

/// From the last hidden state to logits.
struct HeadConfig {
  /// Which hidden states the logits are made of.
  enum class Pooling : std::uint8_t {
    kNone,          ///< every position has logits
    kFirst,         ///< the first position stands for all
    kFirstAndMean,  ///< the first position, and the mean of the others, side by side
  };
  /// A linear layer, an activation and a norm, in this order.
  struct Transform {
    std::optional<LinearConfig> linear = {};                        ///< none: what comes in goes on
    ActivationFunction activation = ActivationFunction::kIdentity;  ///< of its result
    std::optional<NormConfig> norm = {};                            ///< of that
  };

  Pooling pooling = Pooling::kNone;   ///< which hidden states they are made of
  std::vector<Transform> transforms;  ///< applied in order before the output
  LinearConfig output;                ///< (outputs × width): the vocabulary, or classes
  std::string output_bias;            ///< of shape (outputs) or (1, outputs); added after `output`'s own
  double input_scale = 1;             ///< of what `output` takes
  double output_scale = 1;            ///< of the logits
  double softcap = 0;                 ///< c · tanh(logits / c) where above 0
};

/// A transformer as data: all that distinguishes one from another, and where each parameter lies in the checkpoint. A
/// family (heed/model/families/family.h) makes it out of a checkpoint's configuration.
struct ArchitectureConfig {
  std::string family;                        ///< the configuration's model_type
  std::string architecture;                  ///< the class it was saved from
  ModelKind kind = ModelKind::kDecoder;      ///< what it takes and gives
  Index vocabulary = 0;                      ///< token ids are below it; 0 for images
  Index context = 0;                         ///< the longest text; 0: no limit
  std::optional<StackConfig> encoder;        ///< of encoders, encoder-decoders and images
  std::optional<StackConfig> decoder;        ///< of decoders and encoder-decoders
  std::optional<HeadConfig> head;            ///< none: the model gives its last hidden state
  std::string why_no_head = {};              ///< where the class it was saved from has one
  std::vector<Index> end_tokens;             ///< ids after which generation ends
  GenerationRules generation;                ///< what else texts that it continues keep to
  std::optional<Index> padding_token;        ///< id that fills texts up to a common length
  std::optional<Index> decoder_start_token;  ///< id that an encoder-decoder's output begins with

  /// The stack whose last hidden state is the model's: the decoder where there is one.
  [[nodiscard]] const StackConfig& main_stack() const { return decoder ? *decoder : *encoder; }
};

/// Throws std::invalid_argument, naming the values, where the parts do not fit each other.
void check(const ArchitectureConfig& architecture);

}  // namespace heed
