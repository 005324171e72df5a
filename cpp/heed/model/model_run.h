#pragma once

#include <vector>

#include "heed/attention/metrics/head_label.h"
#include "heed/model/model.h"
#include "heed/model/token_prediction.h"

namespace heed {

/// The weights of one head.
struct HeadWeights {
  Tensor<float> weights;         ///< (1, 1, queries, keys)
  Tensor<std::uint8_t> visible;  ///< (1, 1, queries, keys), 1 where the query may see the key
  Tensor<float> visible_keys;    ///< (1, 1, queries, 1)
  Tensor<float> entropy;         ///< (1, 1, queries, 1), in nats
  float largest = 0;             ///< of the weights
};

/// What one head looks at.
struct HeadReport {
  HeadMetrics metrics;
  TokenScores tokens;
  HeadLabel label = HeadLabel::kOther;
  Tensor<float> thumbnail;  ///< each cell the largest weight of its block
};

/// A forward pass, and what views of it are computed from: queries and keys of all layers, and hidden states. Nothing that is
/// queries × keys is kept; it is computed when it is asked for. The model must outlive it. All methods throw std::invalid_argument,
/// naming the value, for a layer, head or position that is not there. Image models are refused.
class ModelRun {
 public:
  ModelRun(const Model& model, const ForwardInput& input, Interventions interventions = {}, ThreadPool* pool = nullptr);

  [[nodiscard]] HeadWeights head(AttentionKind kind, Index layer, Index head) const;

  /// The mean of the weights of a layer's heads. What any of them may see counts as visible.
  [[nodiscard]] HeadWeights mean_of_heads(AttentionKind kind, Index layer) const;

  /// What a head looks at, and its thumbnail in cells of block × block weights. Of cross-attention, whose keys are another text's
  /// tokens, the token scores are 0.
  [[nodiscard]] HeadReport report(AttentionKind kind, Index layer, Index head, Index block) const;

  /// The `count` most likely tokens as the hidden state of a position before layer `layer` has them, or after the last.
  [[nodiscard]] std::vector<TokenPrediction> most_likely(Index layer, Index position, Index count) const;
  /// And of these tokens.
  [[nodiscard]] std::vector<TokenPrediction> predictions(Index layer, Index position, std::span<const Index> ids) const;

  [[nodiscard]] const ForwardResult& result() const { return result_; }

 private:
  [[nodiscard]] const AttentionRecord& record(AttentionKind kind, Index layer) const;
  [[nodiscard]] const AttentionConfig& config(AttentionKind kind, Index layer) const;
  [[nodiscard]] Tensor<std::uint8_t> visible(AttentionKind kind, Index layer, Index head) const;

  const Model& model_;
  std::vector<std::int32_t> ids_;
  std::vector<std::int32_t> decoder_ids_;
  ForwardResult result_;
};

}  // namespace heed
