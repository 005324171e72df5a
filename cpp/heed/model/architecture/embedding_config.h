#pragma once

#include <optional>
#include <string>

#include "heed/model/architecture/parameter_config.h"

namespace heed {

/// How the position of a token in the table of positions is counted.
enum class PositionCounting : std::uint8_t {
  kAll,         ///< position i has row offset + i
  kVisible,     ///< only what the attention mask shows is counted; the rest has row offset − 1
  kNotPadding,  ///< only tokens other than the padding token are counted; the rest has row offset − 1
};

/// Absolute positions, added to the embeddings of tokens.
struct PositionTableConfig {
  enum class Kind : std::uint8_t {
    kNone,
    kLearned,
    kSinusoidal,  ///< sines in the first half of the components, cosines in the second
  };
  Kind kind = Kind::kNone;
  std::string table = {};  ///< (rows × width), where learned
  Index rows = 0;
  Index offset = 0;
  PositionCounting counting = PositionCounting::kAll;
};

/// An image becomes a class token followed by its patches, row by row, each a linear map of its pixels.
struct PatchConfig {
  std::string weight = {};  ///< (width × channels × patch_height × patch_width)
  std::string bias = {};
  std::string class_token = {};
  Index channels = 0;
  Index image_height = 0;
  Index image_width = 0;
  Index patch_height = 0;
  Index patch_width = 0;

  [[nodiscard]] Index patches() const { return (image_height / patch_height) * (image_width / patch_width); }
};

/// From token ids, or an image, to the first hidden state. In order: tokens · scale, projection if it comes first, positions,
/// token types, norm, projection if it comes last.
struct EmbeddingConfig {
  std::string tokens = {};  ///< (vocabulary × width)
  Index width = 0;          ///< of the tables of tokens and token types
  double scale = 1;
  PositionTableConfig positions = {};
  std::string token_types = {};  ///< (types × width)
  Index types = 0;
  std::optional<NormConfig> norm = {};
  std::optional<LinearConfig> projection = {};
  bool projection_first = false;
  bool hidden_tokens_are_zero = false;  ///< what the attention mask hides becomes zero
  std::optional<PatchConfig> patches = {};
};

}  // namespace heed
