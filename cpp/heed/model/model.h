#pragma once

#include <memory>
#include <optional>

#include "heed/model/forward_request.h"
#include "heed/model/layers/head_layer.h"
#include "heed/model/stack.h"

namespace heed {

/// A transformer with its weights. Weights are views of the checkpoint where they stay as they are stored, so that it must
/// outlive the model. Passes are const: several may run at a time.
class Model {
 public:
  /// `as` is what matrices become at load (F32, Q8 or Q4); nothing: they stay as they are stored. Throws std::invalid_argument,
  /// naming the values, where the parts of `architecture` do not fit each other, and where a tensor is missing, of another shape
  /// or type, or holds NaN.
  Model(ArchitectureConfig architecture, const Weights& weights, std::optional<ElementType> as = {});

  /// What it was made of.
  [[nodiscard]] const ArchitectureConfig& architecture() const { return architecture_; }
  [[nodiscard]] double parameters() const { return parameters_; }  ///< how many numbers
  [[nodiscard]] double bytes() const { return bytes_; }            ///< of the checkpoint
  /// Whether weights are read where they lie in the checkpoint, which must then outlive the model.
  [[nodiscard]] bool uses_files() const { return uses_files_; }

  /// Throws std::invalid_argument, naming the values, for an input or request that does not fit the model: ids that are not in
  /// the vocabulary, a text longer than the context, layers, heads, queries or keys that are not there.
  [[nodiscard]] ForwardResult forward(const ForwardInput& input, const ForwardRequest& request = {}) const;

  /// A block of the weights of one head, (1, 1, rows, columns), recomputed from what `result` keeps of the layer: its details.
  [[nodiscard]] Tensor<float> attention_weights(const ForwardResult& result, AttentionKind kind, Index layer,
                                                const WeightsBlock& block) const;

  /// A thumbnail of one head's weights: cells of row_block × column_block, each the largest of its weights.
  [[nodiscard]] Tensor<float> attention_thumbnail(const ForwardResult& result, AttentionKind kind, Index layer,
                                                  Index head, Index row_block, Index column_block) const;

  /// Whether it has logits of tokens at every position.
  [[nodiscard]] bool predicts_tokens() const {
    return head_ && !head_->pools() && architecture_.kind != ModelKind::kImage;
  }

  /// The logits (1, 1, 1, vocabulary) that the head reads from the hidden state which `result` keeps of a position before layer
  /// `layer` of the main stack, or after the last; of classes, of all positions together: the logit lens (nostalgebraist, "interpreting GPT: the logit lens", 2020). After
  /// the last layer they are the model's own.
  [[nodiscard]] Tensor<float> logits_at_layer(const ForwardResult& result, Index layer, Index position) const;

  /// Whether it has logits at all: of tokens, or of classes, which are read from all positions together.
  [[nodiscard]] bool has_logits() const { return head_.has_value(); }

  /// Direct effects of all parts on the logit of `token` at `position`, less that of `other` where there is one. `result` has details
  /// and hidden states of all layers, of a pass without patches. Throws std::invalid_argument, in words, where the head that reads
  /// the logits is not linear.
  [[nodiscard]] DirectEffects direct_effects(const ForwardResult& result, Index position, Index token,
                                             std::optional<Index> other) const;

  /// The layer of attention itself, counted from 0.
  [[nodiscard]] const AttentionLayer& layer(AttentionKind kind, Index layer) const;
  /// The stack that has attention of that kind.
  [[nodiscard]] const Stack& stack(AttentionKind kind) const;

  /// The self-attention of the stack whose last hidden state is the model's.
  [[nodiscard]] AttentionKind main_attention() const {
    return architecture_.decoder ? AttentionKind::kDecoder : AttentionKind::kEncoder;
  }

 private:
  void check_input(const ForwardInput& input) const;
  void check_width(const Tensor<float>& hidden_state, Index layer) const;
  [[nodiscard]] Tensor<float> run_encoder(const ForwardInput& input, const ForwardRequest& request,
                                          ForwardResult& result) const;
  [[nodiscard]] Tensor<float> run_decoder(const ForwardInput& input, const ForwardRequest& request,
                                          const Tensor<float>& memory, ForwardResult& result) const;
  [[nodiscard]] const AttentionRecord& record(const ForwardResult& result, AttentionKind kind, Index layer) const;

  ArchitectureConfig architecture_;
  std::optional<Stack> encoder_;
  std::optional<Stack> decoder_;
  std::optional<HeadLayer> head_;
  double parameters_ = 0;
  double bytes_ = 0;
  bool uses_files_ = true;
};

}  // namespace heed
