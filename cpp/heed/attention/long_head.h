#pragma once

#include <vector>

#include "heed/attention/attention_map.h"

namespace heed {

/// One head whose matrix of weights is never formed: Q and K, and what has been worked out about their rows so far.
class LongHead {
 public:
  /// @param query  (1, 1, queries, d_k)
  /// @param key    (1, 1, keys, d_k)
  /// @param options  of `attention`; masks, biases and all else that is not of every query alike are refused. A pool among them must
  ///                 outlive this.
  ///
  /// Throws std::invalid_argument where they do not fit.
  LongHead(Tensor<float> query, Tensor<float> key, const AttentionOptions<float>& options);

  /// How many there are.
  [[nodiscard]] Index queries() const { return query_.shape.length; }
  /// How many there are.
  [[nodiscard]] Index keys() const { return key_.shape.length; }

  /// Results of some queries.
  struct Rows {
    Tensor<float> log_sum_exp;  ///< (1, 1, count, 1)
    Tensor<float> entropy;      ///< (1, 1, count, 1), in nats
  };

  /// Of queries [first, first + count). Computed by the streaming way the first time they are asked for, then remembered.
  /// Throws std::invalid_argument for queries that are not there.
  Rows rows(Index first, Index count);

  /// Tells what another LongHead of the same Q and K has worked out. Throws std::invalid_argument as `rows` does.
  void remember(Index first, const Rows& rows);

  /// As `attention_map`; works out the rows it needs.
  AttentionMap<float> map(const MapRequest& request, AttentionMap<float> before = {});

 private:
  void check(Index first, Index count) const;
  void work_out(Index first, Index count);

  Tensor<float> query_;
  Tensor<float> key_;
  AttentionOptions<float> options_;
  Tensor<float> log_sum_exp_;
  Tensor<float> entropy_;
  std::vector<bool> is_known_;
};

}  // namespace heed
