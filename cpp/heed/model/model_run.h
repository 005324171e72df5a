#pragma once

#include <vector>

#include "heed/attention/metrics/head_label.h"
#include "heed/model/model.h"
#include "heed/model/sampling.h"
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
  HeadMetrics metrics;                  ///< entropy, distances and the like
  TokenScores tokens;                   ///< what tokens it looks at
  HeadLabel label = HeadLabel::kOther;  ///< what both amount to
  Tensor<float> thumbnail;              ///< each cell the largest weight of its block
};

/// What a head computes for each pair of a query and a key.
enum class PairValue : std::uint8_t {
  kProduct,          ///< q·k
  kLogit,            ///< that scaled, capped and biased: what softmax is taken of, before keys are hidden
  kWeightedNorm,     ///< weight · ‖v W^O‖ (G. Kobayashi et al., "Attention is Not Only a Weight", 2020, equation 5)
  kWithoutFirstKey,  ///< the weight as a share of what does not go to the first key
};

/// How the weight of one pair comes about: s = softcap(scale · Σ_c q_c k_c) + bias, and the weight is exp(s − log-sum-exp).
struct PairExplanation {
  std::vector<float> query;        ///< (head dim), as it meets the key
  std::vector<float> key;          ///< (head dim), as it meets the query
  std::vector<float> products;     ///< q_c k_c
  double product = 0;              ///< their sum
  double scale = 1;                ///< of the product
  double softcap = 0;              ///< 0: none
  double bias = 0;                 ///< by position
  double logit = 0;                ///< what softmax is taken of
  double log_sum_exp = 0;          ///< of the logits of the query
  double weight = 0;               ///< 0 where the key is hidden
  bool visible = true;             ///< whether the query may see the key
  bool rotary = false;             ///< whether the vectors are turned by their positions
  double product_before_turn = 0;  ///< of the vectors before that
};

/// The attentions of one kind.
struct AttentionShape {
  AttentionKind kind = AttentionKind::kDecoder;  ///< which attention
  std::vector<Index> heads = {};                 ///< of each layer
  Index queries = 0;                             ///< positions that attend
  Index keys = 0;                                ///< positions that are attended to
};

/// The keys and values that a decoder's run keeps, which is what a cache holds while a text is generated.
struct KeptKeys {
  Index tokens = 0;    ///< whose keys and values are kept in every layer
  Index computed = 0;  ///< how many of them the last pass computed; it found those before
  double bytes = 0;    ///< of the keys and values of all layers
};

/// A forward pass, and what views of it are computed from: queries and keys of all layers, and hidden states. Nothing that is
/// queries × keys is kept; it is computed when it is asked for. The model must outlive it. All methods throw std::invalid_argument,
/// naming the value, for a layer, head or position that is not there.
class ModelRun {
 public:
  /// Makes the pass, with these changes to it. Throws what Model::forward throws. `pool` must outlive the run too: extend() and
  /// truncate() use it again.
  ModelRun(const Model& model, const ForwardInput& input, Interventions interventions = {}, ThreadPool* pool = nullptr);

  /// Reads further tokens of a decoder's text with the keys and values that are kept: only theirs are computed. Throws
  /// std::invalid_argument for a model without a decoder, for a run with token types other than 0, a mask or interventions, and for tokens that the
  /// model does not take; the run stays as it was.
  void extend(std::span<const std::int32_t> ids);
  /// Forgets all but the first `length` tokens of the decoder's text. Throws where there are not as many, and as above.
  void truncate(Index length);
  /// Of a model without a decoder nothing is kept.
  [[nodiscard]] KeptKeys kept_keys() const;

  /// The token that follows the text, drawn as a Generator with this seed draws its first.
  [[nodiscard]] SampledToken next_token(const SamplingOptions& options, std::uint32_t seed) const;

  /// All weights of one head.
  [[nodiscard]] HeadWeights head(AttentionKind kind, Index layer, Index head) const;

  /// The mean of the weights of a layer's heads. What any of them may see counts as visible.
  [[nodiscard]] HeadWeights mean_of_heads(AttentionKind kind, Index layer) const;

  /// What a head looks at, and its thumbnail in cells of block × block weights. Of cross-attention, whose keys are another text's
  /// tokens, there are only the entropy and what the first token gets; the rest is 0.
  [[nodiscard]] HeadReport report(AttentionKind kind, Index layer, Index head, Index block) const;
  /// And all heads of a layer.
  [[nodiscard]] std::vector<HeadReport> reports(AttentionKind kind, Index layer, Index block) const;

  /// What the pass attended with: encoder, decoder and cross-attention, those that the model has.
  [[nodiscard]] std::vector<AttentionShape> attentions() const;

  /// (1, 1, queries, keys)
  [[nodiscard]] Tensor<float> pair_values(AttentionKind kind, Index layer, Index head, PairValue which) const;

  /// How the weight that this query gives to this key comes about.
  [[nodiscard]] PairExplanation explain(AttentionKind kind, Index layer, Index head, Index query, Index key) const;

  /// The weights that one query gives in each head of a layer: (1, heads, 1, keys).
  [[nodiscard]] Tensor<float> weights_of_query(AttentionKind kind, Index layer, Index query) const;

  /// Where the information at a position comes from, by attention rollout (S. Abnar and W. Zuidema, "Quantifying Attention Flow in
  /// Transformers", 2020, equation 1): a row of the product of (A + I) / 2 over all layers, A being the mean of a layer's heads.
  /// (1, 1, 1, keys); of self-attention.
  [[nodiscard]] Tensor<float> rollout(AttentionKind kind, Index position) const;

  /// Of each head of a layer the mean, over queries, of the Jensen-Shannon divergence between its rows here and there, in nats.
  /// Throws std::invalid_argument where the two runs differ in length.
  [[nodiscard]] std::vector<double> divergence_from(const ModelRun& other, AttentionKind kind, Index layer) const;

  /// See Model::direct_effects. Throws std::invalid_argument for a run with patches.
  [[nodiscard]] DirectEffects direct_effects(Index position, Index token, std::optional<Index> other) const;

  /// The `count` most likely tokens as the hidden state of a position before layer `layer` has them, or after the last.
  [[nodiscard]] std::vector<TokenPrediction> most_likely(Index layer, Index position, Index count) const;
  /// And of these tokens.
  [[nodiscard]] std::vector<TokenPrediction> predictions(Index layer, Index position, std::span<const Index> ids) const;

  /// What the pass has kept.
  [[nodiscard]] const ForwardResult& result() const { return result_; }

 private:
  [[nodiscard]] const AttentionRecord& record(AttentionKind kind, Index layer) const;
  [[nodiscard]] const AttentionConfig& config(AttentionKind kind, Index layer) const;
  [[nodiscard]] std::vector<HeadReport> describe(AttentionKind kind, Index layer, Index first, Index count,
                                                 Index block) const;
  [[nodiscard]] double count_visible(AttentionKind kind, Index layer, Index head, Index query) const;
  [[nodiscard]] Tensor<std::uint8_t> visible(AttentionKind kind, Index layer, Index head) const;
  [[nodiscard]] ForwardRequest request() const;
  [[nodiscard]] std::vector<std::int32_t>& decoder_text();
  void compute_whole();
  void require_extendable() const;

  const Model& model_;
  std::vector<std::int32_t> ids_;
  std::vector<std::int32_t> decoder_ids_;
  bool is_patched_;
  bool is_plain_;  ///< tokens alone, without changes
  ThreadPool* pool_;
  Index computed_ = 0;  ///< tokens of the last pass
  ForwardResult result_;
};

}  // namespace heed
