#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "heed/model/architecture/attention_config.h"
#include "heed/model/layers/parameters.h"

namespace heed {

/// The terms of disentangled attention beyond content-to-content, added to the logits as a bias (see DisentangledConfig).
class DisentangledPositions {
 public:
  /// `width`: heads · dim. Throws std::invalid_argument where a tensor is missing or of another shape.
  DisentangledPositions(const DisentangledConfig& config, Index width, ParameterLoader& loader);

  /// The table of relative positions as keys and as queries: (2 · span × heads · dim) each, empty where there is no such term.
  struct Projected {
    std::vector<float> keys;     ///< content attends to them
    std::vector<float> queries;  ///< they attend to content
  };
  /// Once for all heads and rows of a pass.
  [[nodiscard]] Projected project(ThreadPool* pool) const;

  /// Writes scale · (q_i · k_pos(i − j) + k_j · q_pos(i − j)) of one head into `bias` (queries × keys). `query` (queries × dim)
  /// begins at position `first`, `key` (keys × dim) at 0.
  void bias(const Projected& projected, Index head, const MatrixView<const float>& query, Index first,
            const MatrixView<const float>& key, float scale, const MatrixView<float>& bias) const;

 private:
  DisentangledConfig config_;
  Index width_;
  std::shared_ptr<const LinearWeights> table_;
  std::optional<NormLayer> norm_;
  std::optional<Linear> key_;
  std::optional<Linear> query_;
};

}  // namespace heed
