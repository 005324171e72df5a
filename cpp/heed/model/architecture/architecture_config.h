#pragma once

#include <optional>
#include <string>
#include <vector>

#include "heed/model/architecture/block_config.h"
#include "heed/model/architecture/embedding_config.h"

namespace heed {

/// What a model takes and gives: decoders continue a text, encoders see all of it at once, images are cut into patches.
enum class ModelKind : std::uint8_t { kDecoder, kEncoder, kEncoderDecoder, kImage };

/// "decoder", "encoder", "encoder-decoder" or "image".
[[nodiscard]] const char* name_of(ModelKind kind);

/// Embeddings, blocks, and what is done to the last hidden state.
struct StackConfig {
  Index width = 0;
  EmbeddingConfig embedding;
  std::vector<BlockConfig> blocks;
  std::optional<NormConfig> final_norm;
  /// Whether the last of the hidden states that are returned is taken after the final norm.
  bool hidden_states_end_with_norm = true;
};

/// From the last hidden state to logits.
struct HeadConfig {
  enum class Pooling : std::uint8_t {
    kNone,          ///< every position has logits
    kFirst,         ///< the first position stands for all
    kFirstAndMean,  ///< the first position, and the mean of the others, side by side
  };
  /// A linear layer, an activation and a norm, in this order.
  struct Transform {
    std::optional<LinearConfig> linear = {};
    ActivationFunction activation = ActivationFunction::kIdentity;
    std::optional<NormConfig> norm = {};
  };

  Pooling pooling = Pooling::kNone;
  std::vector<Transform> transforms;  ///< applied in order before the output
  LinearConfig output;
  std::string output_bias;  ///< of shape (outputs) or (1, outputs); added after `output`'s own
  double input_scale = 1;
  double output_scale = 1;
  double softcap = 0;  ///< c · tanh(logits / c) where above 0
};

/// A transformer as data: all that distinguishes one from another, and where each parameter lies in the checkpoint. A
/// family (heed/model/families/family.h) makes it out of a checkpoint's configuration.
struct ArchitectureConfig {
  std::string family;        ///< the configuration's model_type
  std::string architecture;  ///< the class it was saved from
  ModelKind kind = ModelKind::kDecoder;
  Index vocabulary = 0;
  Index context = 0;  ///< the longest text; 0: no limit
  std::optional<StackConfig> encoder;
  std::optional<StackConfig> decoder;
  std::optional<HeadConfig> head;  ///< none: the model gives its last hidden state
  std::vector<Index> end_tokens;
  std::optional<Index> padding_token;
  std::optional<Index> decoder_start_token;

  /// The stack whose last hidden state is the model's: the decoder where there is one.
  [[nodiscard]] const StackConfig& main_stack() const { return decoder ? *decoder : *encoder; }
};

/// Throws std::invalid_argument, naming the values, where the parts do not fit each other.
void check(const ArchitectureConfig& architecture);

}  // namespace heed
