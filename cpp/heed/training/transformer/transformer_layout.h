#pragma once

#include <string>
#include <vector>

#include "heed/training/transformer/transformer_config.h"

namespace heed {

/// One matrix (or vector: one row) within the flat buffer of a transformer's parameters.
struct Parameter {
  /// What it is for, on which it depends how it is drawn and whether it decays.
  enum class Kind {
    kEmbedding,  ///< a row for each token or position
    kLinear,     ///< of a linear map
    kGain,       ///< of a norm
    kBias,       ///< of a linear map or a norm
  };

  std::string name;           ///< "layers.0.attention.query"
  Index rows = 0;             ///< of a linear map: its inputs; of an embedding: the vocabulary or the positions
  Index columns = 0;          ///< of a linear map: its outputs; else the components
  Index offset = 0;           ///< of its first number in the buffer
  Kind kind = Kind::kLinear;  ///< what it is for

  /// How many numbers it has.
  [[nodiscard]] Index size() const { return rows * columns; }
  /// Gains and biases are not decayed.
  [[nodiscard]] bool decays() const { return kind == Kind::kEmbedding || kind == Kind::kLinear; }
};

/// Where the parameters of a transformer lie: offsets into the flat buffer, −1 for those that its configuration lacks.
struct TransformerLayout {
  /// Of a linear map or a norm.
  struct Map {
    Index weight = -1;  ///< (inputs × outputs), or gains
    Index bias = -1;    ///< (outputs)
  };
  /// Of one layer.
  struct Layer {
    Map attention_norm;     ///< of what attention takes
    Map query;              ///< W^Q (d_model × heads · head_dim)
    Map key;                ///< W^K (d_model × key_value_heads · head_dim)
    Map value;              ///< W^V (d_model × key_value_heads · head_dim)
    Map output;             ///< W^O (heads · head_dim × d_model)
    Map feed_forward_norm;  ///< of what the feed-forward network takes
    Map gate;               ///< (d_model × hidden), of gated networks
    Map up;                 ///< (d_model × hidden)
    Map down;               ///< (hidden × d_model)
  };

  std::vector<Parameter> parameters;  ///< in the order of the buffer
  std::vector<Layer> layers;          ///< the first layer first
  Map final_norm;                     ///< before the unembedding
  Index embedding = -1;               ///< (vocabulary × d_model)
  Index positions = -1;               ///< (context × d_model), of learned positions
  Index unembedding = -1;             ///< (vocabulary × d_model); the embedding where tied
  Index size = 0;                     ///< numbers in the buffer

  /// Throws OutOfMemory where there are more parameters than an Index can count.
  explicit TransformerLayout(const TransformerConfig& config);
};

}  // namespace heed
