#pragma once

#include <string>
#include <vector>

#include "heed/training/transformer/transformer_config.h"

namespace heed {

/// One matrix (or vector: one row) within the flat buffer of a transformer's parameters.
struct Parameter {
  enum class Kind { kEmbedding, kLinear, kGain, kBias };

  std::string name;  ///< "layers.0.attention.query"
  Index rows = 0;    ///< of a linear map: its inputs; of an embedding: the vocabulary or the positions
  Index columns = 0;
  Index offset = 0;
  Kind kind = Kind::kLinear;

  [[nodiscard]] Index size() const { return rows * columns; }
  /// Gains and biases are not decayed.
  [[nodiscard]] bool decays() const { return kind == Kind::kEmbedding || kind == Kind::kLinear; }
};

/// Where the parameters of a transformer lie: offsets into the flat buffer, −1 for those that its configuration lacks.
struct TransformerLayout {
  /// Of a linear map or a norm.
  struct Map {
    Index weight = -1;
    Index bias = -1;
  };
  /// Of one layer.
  struct Layer {
    Map attention_norm, query, key, value, output;
    Map feed_forward_norm, gate, up, down;
  };

  std::vector<Parameter> parameters;
  std::vector<Layer> layers;
  Map final_norm;
  Index embedding = -1;
  Index positions = -1;
  Index unembedding = -1;  ///< (vocabulary × d_model); the embedding where tied
  Index size = 0;

  /// Throws OutOfMemory where there are more parameters than an Index can count.
  explicit TransformerLayout(const TransformerConfig& config);
};

}  // namespace heed
