#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "heed/model/architecture/architecture_config.h"
#include "heed/model/layers/parameters.h"

namespace heed {

/// See EmbeddingConfig.
class EmbeddingLayer {
 public:
  /// `padding_token` is what PositionCounting::kNotPadding leaves out. Throws std::invalid_argument where a tensor is missing or of
  /// another shape.
  EmbeddingLayer(const StackConfig& stack, Index vocabulary, std::optional<Index> padding_token,
                 ParameterLoader& loader);

  /// Tokens at successive positions.
  struct Tokens {
    std::span<const std::int32_t> ids = {};             ///< from 0 to the vocabulary − 1
    std::span<const std::int32_t> types = {};           ///< empty: all 0
    std::span<const std::uint8_t> attention_mask = {};  ///< of all positions from 0 on; empty: nothing is hidden
    Index first_position = 0;                           ///< of the first of the ids
  };

  /// The first hidden state, (1, 1, tokens, width). Throws std::invalid_argument for ids and types that are not in the tables.
  [[nodiscard]] Tensor<float> embed(const Tokens& tokens, ThreadPool* pool) const;

  /// The same of an image, (1, 1, 1 + patches, width). Throws std::invalid_argument where it has another shape, or where the
  /// model takes any size and no patch fits into it. What is left at its right and its bottom is not read.
  [[nodiscard]] Tensor<float> embed(const TensorView<float>& pixels, ThreadPool* pool) const;

 private:
  void add_positions(const Tokens& tokens, const MatrixView<float>& x) const;
  void add_positions_of_patches(Index rows, Index columns, const MatrixView<float>& x) const;
  void add_types(const Tokens& tokens, const MatrixView<float>& x) const;

  EmbeddingConfig config_;
  Index width_;  ///< of the model
  Index vocabulary_;
  std::optional<Index> padding_token_;
  std::shared_ptr<const LinearWeights> tokens_;
  std::shared_ptr<const LinearWeights> positions_;
  std::shared_ptr<const LinearWeights> types_;
  std::optional<NormLayer> norm_;
  std::optional<Linear> projection_;
  std::optional<Linear> patches_;
  std::vector<float> class_token_;
};

}  // namespace heed
