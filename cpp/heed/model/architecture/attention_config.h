#pragma once

#include <optional>
#include <vector>

#include "heed/model/architecture/parameter_config.h"

namespace heed {

/// Where the heads of a projection begin among the columns of its rows: head h at
/// first + ⌊h / group⌋ · group_step + (h mod group) · step. Fused and interleaved projections differ in nothing else.
struct HeadColumns {
  Index first = 0;       ///< column of head 0
  Index step = 0;        ///< columns from one head of a group to the next
  Index group = 1;       ///< how many heads stand side by side
  Index group_step = 0;  ///< columns from one group to the next

  /// The first column of that head.
  [[nodiscard]] Index of(Index head) const { return first + head / group * group_step + head % group * step; }

  /// Head h at first + h · step.
  [[nodiscard]] static HeadColumns every(Index step, Index first = 0) { return {first, 0, 1, step}; }
};

/// A norm of each head's query or key.
struct HeadNormConfig {
  /// What is one vector to the norm.
  enum class Scope : std::uint8_t {
    kHead,         ///< each head by itself, all with the same gain
    kHeadOwnGain,  ///< each head by itself, with a gain of its own: (heads × dim)
    kAllHeads,     ///< all heads as one vector
  };
  NormConfig norm;             ///< over head_dim components, or heads · head_dim where all heads are one vector
  Scope scope = Scope::kHead;  ///< what is one vector
};

/// Rotary positions (J. Su et al., "RoFormer", 2021, equation 15): pair i of a head's vector turns by the angle
/// position · frequencies[i]. Every way of scaling them to longer texts is a matter of the frequencies.
struct RotaryConfig {
  std::vector<float> frequencies;  ///< of the pairs; the first 2 · size components turn. Empty: no rotary positions
  std::vector<float> long_frequencies;  ///< in place of them where a text is longer than `long_from`. Empty: never
  Index long_from = 0;                  ///< tokens of the longest text that takes `frequencies`
  float factor = 1;                     ///< of cosines and sines
  bool adjacent_pairs = false;          ///< (2i, 2i + 1) instead of (i, i + size)

  /// Whether both turn every vector alike.
  bool operator==(const RotaryConfig&) const = default;
};

/// Attention with linear biases (O. Press et al., "Train Short, Test Long", 2022): slope · (position of key − position of
/// query) is added to the logits.
struct AlibiConfig {
  std::vector<double> slopes = {};     ///< one a head
  bool skips_hidden_positions = true;  ///< positions count only what the attention mask shows
  double scale = 1;                    ///< of slope · position
  bool rounds_to_bfloat16 = false;     ///< slope, position and their product
};

/// A learned bias of each head for each bucket of the distance from query to key (C. Raffel et al., "Exploring the Limits of
/// Transfer Learning", 2020, section 2.1).
struct RelativeBiasConfig {
  std::string table = {};      ///< (buckets × heads)
  Index buckets = 0;           ///< half of them for keys after the query where bidirectional
  Index max_distance = 0;      ///< from which on all distances share a bucket, in tokens
  bool bidirectional = false;  ///< keys after the query have buckets of their own; else they share that of distance 0
};

/// Disentangled attention (P. He et al., "DeBERTa", 2021, equation 4): content attends to relative positions and relative
/// positions to content.
struct DisentangledConfig {
  std::string table = {};               ///< (2 · span × width) of relative positions
  std::optional<NormConfig> norm = {};  ///< of the table's rows
  Index span = 0;                       ///< distances are clamped to [−span, span)
  Index buckets = 0;                    ///< 0: distances as they are; else logarithmic beyond half of it
  Index max_distance = 0;               ///< where buckets end
  std::optional<LinearConfig> position_key =
      {};  ///< projects the table for content-to-position; none: there is no such term
  std::optional<LinearConfig> position_query = {};  ///< the same for position-to-content
};

/// Attention of one layer.
struct AttentionConfig {
  Index heads = 0;            ///< of queries
  Index key_value_heads = 0;  ///< a divisor of `heads`: query head h attends to key head h / (heads / key_value_heads)
  Index head_dim = 0;         ///< components of a query and a key
  Index value_dim = 0;        ///< components of a value
  double scale = 1;           ///< of q·k: 1/√head_dim in most
  double softcap = 0;         ///< c · tanh(scale · q·k / c) where above 0
  bool causal = false;        ///< no query sees keys after its own position
  std::optional<Index> window_left;   ///< query i sees keys from i − window_left
  std::optional<Index> window_right;  ///< and up to i + window_right

  std::vector<LinearConfig> projections;  ///< of the layer's input; their outputs lie side by side in the columns below
  /// In cross-attention, of the encoder's output: keys and values are in the columns of these.
  std::vector<LinearConfig> memory_projections;
  HeadColumns query;    ///< head_dim columns a head
  HeadColumns key;      ///< head_dim columns a key head
  HeadColumns value;    ///< value_dim columns a key head
  LinearConfig output;  ///< W^O: from heads · value_dim to the width

  double clip = 0;                                  ///< queries, keys and values are clamped to ±clip where above 0
  std::optional<HeadNormConfig> query_norm;         ///< before rotary positions
  std::optional<HeadNormConfig> key_norm;           ///< before rotary positions
  RotaryConfig rotary;                              ///< turns queries and keys
  std::optional<AlibiConfig> alibi;                 ///< is added to the logits
  std::optional<RelativeBiasConfig> relative_bias;  ///< is added to the logits
  std::optional<DisentangledConfig> disentangled;   ///< is added to q·k before the scale

  bool mask_hides_queries = false;  ///< a query that the attention mask hides attends to all keys alike

  /// Whether keys and values come from the encoder's output.
  [[nodiscard]] bool is_cross() const { return !memory_projections.empty(); }
};

}  // namespace heed
