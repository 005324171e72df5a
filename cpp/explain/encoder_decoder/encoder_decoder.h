#pragma once

#include "explain/encoder_decoder/sublayers.h"
#include "heed/ops/cross_entropy.h"
#include "heed/tensor/random.h"

namespace heed::explain {

/// The transformer of A. Vaswani et al., "Attention Is All You Need", 2017, figure 1, with one layer and one head on each
/// side, learned positions, a norm after the embeddings and gelu: the architecture of BART (M. Lewis et al., 2020). The
/// encoder reads the source; the decoder reads the target so far and, by cross-attention, what the encoder made of the source.
template <typename Scalar>
class EncoderDecoder {
 public:
  /// Drawn from `random` in the order of the layout: embeddings normal with deviation 1/√d_model, linear maps uniform on
  /// ±1/√inputs, gains 1, biases 0. Throws as `check` does.
  EncoderDecoder(const EncoderDecoderConfig& config, RandomState& random);

  [[nodiscard]] const EncoderDecoderConfig& config() const { return config_; }
  [[nodiscard]] const EncoderDecoderLayout& layout() const { return layout_; }
  [[nodiscard]] std::span<Scalar> parameters() { return parameters_; }
  [[nodiscard]] std::span<const Scalar> parameters() const { return parameters_; }
  [[nodiscard]] std::span<Scalar> gradients() { return gradients_; }

  /// Logits (batch · target length × vocabulary); they stay until the next call. Source and target are `batch` sequences each,
  /// of equal length on a side. Throws std::invalid_argument for tokens that are not in the vocabulary, and for lengths that
  /// are not from 1 to the context.
  MatrixView<const Scalar> forward(std::span<const std::int32_t> source, std::span<const std::int32_t> target,
                                   Index batch);

  /// Of the last `forward`: (batch, 1, source, source), (batch, 1, target, target) and (batch, 1, target, source).
  [[nodiscard]] const Tensor<Scalar>& encoder_weights() const { return encoder_attention_.weights(); }
  [[nodiscard]] const Tensor<Scalar>& decoder_weights() const { return decoder_attention_.weights(); }
  [[nodiscard]] const Tensor<Scalar>& cross_weights() const { return cross_attention_.weights(); }

  /// The loss of predicting `expected`, one token for each of `target`, and in `gradients()` those of its mean.
  Loss loss_and_gradients(std::span<const std::int32_t> source, std::span<const std::int32_t> target,
                          std::span<const std::int32_t> expected, Index batch);

 private:
  void check_tokens(const char* name, std::span<const std::int32_t> tokens, Index batch) const;
  void run_back();

  EncoderDecoderConfig config_;
  EncoderDecoderLayout layout_;
  std::vector<Scalar> parameters_;
  std::vector<Scalar> gradients_;
  EmbeddingSublayer<Scalar> encoder_embedding_, decoder_embedding_;
  AttentionSublayer<Scalar> encoder_attention_, decoder_attention_, cross_attention_;
  FeedForwardSublayer<Scalar> encoder_feed_forward_, decoder_feed_forward_;
  MatrixBuffer<Scalar> result_;  ///< of the decoder
  MatrixBuffer<Scalar> logits_;
  Index source_rows_ = 0;
};

}  // namespace heed::explain
