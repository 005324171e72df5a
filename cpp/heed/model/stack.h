#pragma once

#include <optional>
#include <vector>

#include "heed/model/forward_request.h"
#include "heed/model/layers/attention_layer.h"
#include "heed/model/layers/embedding_layer.h"
#include "heed/model/layers/feed_forward_layer.h"
#include "heed/model/residual_terms.h"

namespace heed {

/// What is kept of and changed in the layers of a stack, one entry a layer (patches: one more).
struct StackProbe {
  bool hidden_states = false;                              ///< whether those before and after each layer are kept
  std::vector<AttentionProbe> attention;                   ///< of each layer's own attention
  std::vector<AttentionProbe> cross_attention;             ///< of each layer's attention to the encoder
  std::vector<std::vector<Interventions::Patch>> patches;  ///< of the state before each layer, then of the last
};

/// One stack of blocks: see StackConfig.
class Stack {
 public:
  /// Throws std::invalid_argument where a tensor is missing or of another shape.
  Stack(const StackConfig& config, Index vocabulary, std::optional<Index> padding_token, ParameterLoader& loader);

  /// What a pass through the blocks is given besides x.
  struct Input {
    Index first_position = 0;                           ///< of the first row of x: how many tokens the cache holds
    std::span<const std::uint8_t> visible = {};         ///< of the keys; empty: all
    MatrixView<const float> memory = {};                ///< the encoder's output, where the blocks have cross-attention
    std::span<const std::uint8_t> memory_visible = {};  ///< of the encoder's tokens; empty: all
    KeyValueCache* cache = nullptr;                     ///< null: x has all tokens
    const StackProbe* probe = nullptr;                  ///< null: nothing is kept and nothing changed
    const std::function<bool()>* is_cancelled = nullptr;  ///< asked before every layer
    ThreadPool* pool = nullptr;                           ///< null: the calling thread alone
  };

  /// From the first hidden state to the last, after the final norm and projection.
  [[nodiscard]] Tensor<float> run(Tensor<float> x, const Input& input, StackResult& result) const;

  /// The final norm and projection of a hidden state that was kept before layer `layer`, or after the last (`layer` is the number of
  /// layers then), where the pass has not taken them yet.
  [[nodiscard]] Tensor<float> finish(Tensor<float> state, Index layer) const;

  /// The last hidden state of one position, after the final norm, as a sum of what each part has added. `result` has the details and
  /// the hidden states of all layers, of a pass without patches.
  [[nodiscard]] ResidualTerms residual_terms(const StackResult& result, Index position) const;

  /// A query or key of `layer` as it was before it was turned by rotary positions. False where the layer turns none.
  [[nodiscard]] bool rotate_back(Index layer, Index position, Index length, float* vector) const;

  /// Makes the first hidden state.
  [[nodiscard]] const EmbeddingLayer& embedding() const { return embedding_; }
  /// Of that layer, counted from 0.
  [[nodiscard]] const AttentionLayer& attention(Index layer) const;
  /// Of that layer; only where the blocks have cross-attention.
  [[nodiscard]] const AttentionLayer& cross_attention(Index layer) const;
  /// How many there are.
  [[nodiscard]] Index layers() const { return static_cast<Index>(blocks_.size()); }

 private:
  /// See SublayerConfig.
  struct Sublayer {
    Sublayer(const SublayerConfig& config, Index width, ParameterLoader& loader);

    std::optional<NormLayer> before;
    std::optional<NormLayer> after_output;
    std::optional<NormLayer> after_sum;
    float multiplier;
    std::vector<float> scale;
    bool residual_after_before;
  };
  struct Block {
    Block(const BlockConfig& config, Index width, ParameterLoader& loader);

    AttentionLayer attention;
    Sublayer around_attention;
    std::optional<AttentionLayer> cross_attention;
    Sublayer around_cross_attention;
    FeedForwardLayer feed_forward;
    Sublayer around_feed_forward;
    bool parallel;
    Index rotary = -1;  ///< which of the stack's; −1: none
  };

  [[nodiscard]] Tensor<float> project(Tensor<float> x, ThreadPool* pool) const;
  static void join_terms(const Sublayer& sublayer, std::vector<ResidualTerm> output, ResidualTerms& terms);
  [[nodiscard]] std::vector<RotaryTable> rotary_tables(Index first, Index count) const;
  static void add(const Sublayer& sublayer, const MatrixView<float>& output, const MatrixView<float>& x);

  StackConfig config_;
  EmbeddingLayer embedding_;
  std::vector<Block> blocks_;
  std::vector<RotaryConfig> rotary_;  ///< the different ones
  std::optional<NormLayer> final_norm_;
  std::optional<Linear> final_projection_;
};

}  // namespace heed
