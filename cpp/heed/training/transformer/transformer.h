#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "heed/ops/cross_entropy.h"
#include "heed/ops/rotary.h"
#include "heed/tensor/random.h"
#include "heed/training/transformer/transformer_layout.h"

namespace heed {

/// What the heads of one layer attend to.
template <typename Scalar>
struct AttentionMaps {
  Tensor<Scalar> weights;       ///< A (batch, heads, length, length)
  Tensor<Scalar> entropy;       ///< of its rows, in nats (batch, heads, length, 1)
  Tensor<Scalar> visible_keys;  ///< (batch, heads, length, 1)
  /// (1, 1, length, length), 1 where a query may see a key; without elements where no position was hidden.
  Tensor<std::uint8_t> visible;
};

template <typename Scalar>
struct TransformerActivations;

class ThreadPool;

/// A transformer with the norm before each part (R. Xiong et al., "On Layer Normalization in the Transformer Architecture",
/// 2020): x = embedding + positions; per layer x += Attention(norm(x)) W^O, then x += feed_forward(norm(x)); logits =
/// norm(x) · unembeddingᵀ. Its parameters and their gradients are flat buffers, laid out by `layout()`.
template <typename Scalar>
class Transformer {
 public:
  /// Drawn from `random` in the order of the layout: embeddings normal with deviation 1 (1/√d_model for the output map, and
  /// where it is tied), linear maps uniform on ±1/√inputs, gains 1, biases 0. Throws as `check` does.
  Transformer(const TransformerConfig& config, RandomState& random);
  ~Transformer();
  /// What is left has no parameters, and can only be assigned to.
  Transformer(Transformer&&) noexcept;
  /// The same.
  Transformer& operator=(Transformer&&) noexcept;

  /// What it was made of.
  [[nodiscard]] const TransformerConfig& config() const { return config_; }
  /// Where each parameter lies in the buffers.
  [[nodiscard]] const TransformerLayout& layout() const { return layout_; }
  /// All of them, to be changed: (layout().size).
  [[nodiscard]] std::span<Scalar> parameters() { return parameters_; }
  /// All of them: (layout().size).
  [[nodiscard]] std::span<const Scalar> parameters() const { return parameters_; }
  /// Of the last loss_and_gradients(), in the order of the parameters.
  [[nodiscard]] std::span<Scalar> gradients() { return gradients_; }

  /// From now on the head's output counts as 0, or again as it is. Throws where there is no such head.
  void ablate(Index layer, Index head, bool off);
  /// Whether it counts as 0.
  [[nodiscard]] bool is_ablated(Index layer, Index head) const;

  /// Logits (batch · length × vocabulary) of sequences of equal length, one after the other; they stay until the next call.
  /// No query attends to the positions that are `hidden`. Throws std::invalid_argument for a token that is not in the
  /// vocabulary, for sequences longer than the context, and for a hidden position that they do not have.
  MatrixView<const Scalar> forward(std::span<const std::int32_t> tokens, Index batch,
                                   std::span<const std::int32_t> hidden = {});

  /// The weights A of a layer in the last `forward`: (batch, heads, length, length).
  [[nodiscard]] Tensor<Scalar> attention_weights(Index layer) const;

  /// The same, and what is said of each of its rows.
  [[nodiscard]] AttentionMaps<Scalar> attention_maps(Index layer) const;

  /// The loss of `forward` on targets; −1 is not scored. Throws for targets that do not fit.
  [[nodiscard]] Loss evaluate(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets, Index batch);

  /// The loss, and in `gradients()` those of its mean. Sequences are worked through in slices, which the threads of `pool` share;
  /// null: the calling thread alone. The result does not depend on it.
  Loss loss_and_gradients(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets, Index batch,
                          ThreadPool* pool = nullptr);

 private:
  using Activations = TransformerActivations<Scalar>;

  [[nodiscard]] std::size_t place_of_head(Index layer, Index head) const;
  void check_tokens(std::span<const std::int32_t> tokens, Index batch) const;
  void check_targets(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets) const;
  void run(std::span<const std::int32_t> tokens, Index batch, Activations& activations,
           std::span<const std::uint8_t> visible_keys = {}) const;
  void zero_ablated_heads(Index layer, const MatrixView<Scalar>& heads) const;
  void run_back(std::span<const std::int32_t> tokens, Activations& activations) const;

  TransformerConfig config_;
  TransformerLayout layout_;
  RotaryPositions<Scalar> rotary_;  ///< of Positions::kRotary
  std::vector<Scalar> parameters_;
  std::vector<Scalar> gradients_;
  std::vector<char> ablated_;  ///< (layers × heads)
  std::unique_ptr<Activations> whole_;
  std::vector<std::uint8_t> visible_keys_;  ///< of the last `forward`, 0 where a position was hidden
  std::vector<std::unique_ptr<Activations>> slices_;
};

}  // namespace heed
