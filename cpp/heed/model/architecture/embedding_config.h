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
  /// Where the vectors of positions come from.
  enum class Kind : std::uint8_t {
    kNone,        ///< there are none
    kLearned,     ///< a table of the checkpoint
    kSinusoidal,  ///< sines in the first half of the components, cosines in the second
  };
  Kind kind = Kind::kNone;                             ///< where they come from
  std::string table = {};                              ///< (rows × width), where learned
  Index rows = 0;                                      ///< of the table
  Index offset = 0;                                    ///< row of position 0
  PositionCounting counting = PositionCounting::kAll;  ///< which tokens are counted
};

/// An image becomes a class token followed by its patches, row by row, each a linear map of its pixels.
struct PatchConfig {
  std::string weight = {};       ///< (width × channels × patch_height × patch_width)
  std::string bias = {};         ///< (width)
  std::string class_token = {};  ///< (1 × 1 × width), the first of the sequence
  Index channels = 0;            ///< 3 for red, green and blue
  Index image_height = 0;        ///< pixels, as the model was trained
  Index image_width = 0;         ///< pixels, as the model was trained
  Index patch_height = 0;        ///< pixels
  Index patch_width = 0;         ///< pixels
  bool any_size = false;         ///< images of other sizes are taken too, by resizing the grid of positions

  /// Patches of an image, without the class token.
  [[nodiscard]] Index patches() const {
    return checked_product("an image", {image_height / patch_height, image_width / patch_width});
  }
  /// Numbers of a patch: channels · patch_height · patch_width.
  [[nodiscard]] Index inputs() const { return checked_product("a patch", {channels, patch_height, patch_width}); }
};

/// From token ids, or an image, to the first hidden state. In order: tokens · scale, projection if it comes first, positions,
/// token types, norm, projection if it comes last.
struct EmbeddingConfig {
  std::string tokens = {};                      ///< (vocabulary × width)
  Index width = 0;                              ///< of the tables of tokens and token types
  double scale = 1;                             ///< of the tokens' vectors
  PositionTableConfig positions = {};           ///< added to them
  std::string token_types = {};                 ///< (types × width)
  Index types = 0;                              ///< rows of that table
  std::optional<NormConfig> norm = {};          ///< of the sum
  std::optional<LinearConfig> projection = {};  ///< to the width of the layers, where the tables have another
  bool projection_first = false;                ///< before positions, token types and norm are applied
  bool hidden_tokens_are_zero = false;          ///< what the attention mask hides becomes zero
  std::optional<PatchConfig> patches = {};      ///< in place of tokens, for images
};

}  // namespace heed
