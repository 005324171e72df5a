#pragma once

#include <optional>
#include <span>
#include <vector>

#include "heed/attention/detail/attention_head.h"
#include "heed/model/forward_request.h"
#include "heed/model/layers/detail/position_bias.h"
#include "heed/model/layers/disentangled_positions.h"

namespace heed {

/// Projected queries, keys and values of a layer.
struct AttendedContent {
  const float* query = nullptr;  ///< heads `query_step` numbers apart, each (queries × head dim)
  const float* key = nullptr;    ///< heads `key_step` numbers apart, each (keys × head dim)
  const float* value = nullptr;  ///< heads `value_step` numbers apart, each (keys × value dim)
  Index queries = 0;
  Index keys = 0;
  Index query_step = 0;
  Index key_step = 0;
  Index value_step = 0;
  Index first_position = 0;                    ///< of query 0 among the keys
  std::span<const std::uint8_t> visible = {};  ///< (keys), 0 hides; empty: all are visible
};

/// Queries and keys of all heads of a layer, with all that biases or hides: the attention of a layer between its projections.
class AttendedHeads {
 public:
  /// Where the results of a head go; weights may be null.
  struct Result {
    float* output = nullptr;       ///< (queries × value dim)
    float* log_sum_exp = nullptr;  ///< (queries)
    float* entropy = nullptr;      ///< (queries)
    float* weights = nullptr;      ///< (queries × keys)
  };

  /// `disentangled` and `relative_table` belong to the layer, and are null and empty where its configuration has none.
  AttendedHeads(const AttentionConfig& config, const AttendedContent& content, std::span<const float> relative_table,
                const DisentangledPositions* disentangled, ThreadPool* pool);

  /// Attention of queries [first, first + count) of a head. A query that sees no key attends to all alike, as in transformers,
  /// which hides by adding the lowest number.
  void attend(Index head, QueryRange queries, const Result& result) const;

  /// The same of one query that does not see `hidden` keys either.
  void attend_without(Index head, Index query, std::span<const Index> hidden, const Result& result) const;

  /// q·k of a block of a head, and the logits that come of it before anything is hidden; either may be null.
  void logits(Index head, const WeightsBlock& block, float* products, float* logits) const;

  /// What is added to the logit of a pair.
  [[nodiscard]] float bias(Index head, Index query, Index key) const;

  /// Weights of a block of a head, recomputed from the log-sum-exp of its queries.
  void weights(Index head, const WeightsBlock& block, const float* log_sum_exp, const MatrixView<float>& weights) const;

 private:
  /// Some rows of a head as a head of its own, and the bias that it points to.
  struct Rows {
    AttentionHead<float> head;
    std::vector<float> bias;
  };
  [[nodiscard]] Rows rows(Index head, QueryRange queries) const;
  [[nodiscard]] bool hides_query(Index position) const {
    return config_.mask_hides_queries && hides_keys_ && content_.visible[static_cast<std::size_t>(position)] == 0;
  }
  void run(const Rows& rows, Index first, const Result& result) const;

  const AttentionConfig& config_;
  AttendedContent content_;
  bool hides_keys_ = false;
  DistanceBias distance_bias_;
  bool has_distance_bias_ = false;
  std::vector<float> key_bias_;  ///< (heads × keys)
  const DisentangledPositions* disentangled_;
  DisentangledPositions::Projected projected_;
};

}  // namespace heed
