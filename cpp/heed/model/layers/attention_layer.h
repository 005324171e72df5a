#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "heed/attention/attention.h"
#include "heed/model/forward_request.h"
#include "heed/model/key_value_cache.h"
#include "heed/model/layers/disentangled_positions.h"
#include "heed/model/layers/parameters.h"
#include "heed/model/layers/rotary_table.h"

namespace heed {

class ThreadPool;
struct AttendedContent;

/// What is kept of one layer's attention, and changed in it.
struct AttentionProbe {
  std::vector<Index> heads;                       ///< whose weights are kept
  bool details = false;                           ///< queries, keys, values, head outputs and log-sum-exp
  bool detail_keys = true;                        ///< keys and values too where a cache has them
  std::vector<Index> ablated;                     ///< heads whose output is 0
  std::vector<Interventions::MaskedPair> masked;  ///< pairs of this layer that are hidden
};

/// What a layer of attention is applied to.
struct AttentionInput {
  MatrixView<const float> x = {};              ///< (queries × width): what is attended from, and in self-attention to
  MatrixView<const float> memory = {};         ///< (keys × width of the encoder), in cross-attention
  Index first_position = 0;                    ///< of the first row of x among the keys
  std::span<const std::uint8_t> visible = {};  ///< (keys), 0 hides; empty: all are visible
  const RotaryTable* rotary = nullptr;         ///< of the positions of x; null: no rotary positions
  /// Where keys and values are added to those of earlier tokens; null: x has all. In cross-attention, where those of the memory
  /// are kept: a pass without memory finds them there.
  LayerCache* cache = nullptr;
  Index cached_keys = 0;                  ///< that a cross-attention finds in the cache; 0: it fills it
  const AttentionProbe* probe = nullptr;  ///< null: nothing is kept and nothing changed
  AttentionRecord* record = nullptr;      ///< where what the probe asks for is kept
  ThreadPool* pool = nullptr;             ///< null: the calling thread alone
};

/// Multi-head attention with its projections (A. Vaswani et al., "Attention Is All You Need", 2017, section 3.2.2).
class AttentionLayer {
 public:
  /// `width`: components of a hidden state. Throws what Weights::get throws.
  AttentionLayer(const AttentionConfig& config, Index width, ParameterLoader& loader);

  /// y (queries × width) = concat(heads) W^O
  void apply(const AttentionInput& input, const MatrixView<float>& y) const;

  /// What it was made of.
  [[nodiscard]] const AttentionConfig& config() const { return config_; }

  /// Weights of a head from its first key on, for rows that lie one below the other; keys after the columns have weight 0.
  using VisitWeights = std::function<void(Index head, Index first_row, const MatrixView<const float>& weights)>;

  /// All weights of heads [first, first + count) and queries [row, row + rows), some rows at a time.
  void visit_weights(const AttentionRecord& record, Index first, Index count, Index row, Index rows,
                     const VisitWeights& visit) const;

  /// q·k of a head, and the logits that come of it by scale, cap and bias, before anything is hidden: (queries × keys) each. Either
  /// may be null.
  void logits(const AttentionRecord& record, Index head, float* products, float* logits) const;

  /// What is added to the logit of a pair: by its distance, or by positions that attend.
  [[nodiscard]] float bias(const AttentionRecord& record, Index head, Index query, Index key) const;

  /// What a head adds to the layer's output by each of the rows of x (rows × value dim): x W^O of its part, (rows × width), without
  /// the bias.
  void head_output(const MatrixView<const float>& x, Index head, const MatrixView<float>& y) const;

  /// The bias of W^O; empty: none.
  [[nodiscard]] std::span<const float> output_bias() const { return output_.bias(); }

  /// A block of a head's weights, recomputed from the details of a record. Throws std::invalid_argument where it has none, and
  /// for a block that does not lie within it.
  void weights(const AttentionRecord& record, const WeightsBlock& block, const MatrixView<float>& weights) const;

 private:
  struct Projected;

  [[nodiscard]] Projected project(const AttentionInput& input) const;
  void split(const MatrixView<const float>& rows, const HeadColumns& columns, Index heads, Index dim, float* to,
             Index head_step) const;
  void finish(const std::optional<NormLayer>& norm, const std::optional<HeadNormConfig>& config,
              const RotaryTable* rotary, Index heads, Index count, float* vectors, Index head_step) const;
  [[nodiscard]] AttendedContent content_of(const AttentionRecord& record) const;
  void attend(const AttentionInput& input, const AttendedContent& content, HeadRows& output, HeadRows& log_sum_exp,
              HeadRows& entropy) const;

  AttentionConfig config_;
  LinearGroup projections_;
  LinearGroup memory_projections_;
  Linear output_;
  std::optional<NormLayer> query_norm_;
  std::optional<NormLayer> key_norm_;
  std::vector<float> relative_table_;
  std::optional<DisentangledPositions> disentangled_;
};

}  // namespace heed
