#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "heed/tensor/head_rows.h"

namespace heed {

class ThreadPool;
class KeyValueCache;

/// Which attention of a layer is meant. Encoder-decoders have all three, other models only that of their one stack.
enum class AttentionKind : std::uint8_t { kEncoder, kDecoder, kCross };

/// Heads of a layer; none named: all of them.
struct HeadChoice {
  Index layer = 0;                ///< from 0
  std::vector<Index> heads = {};  ///< from 0; empty: all
};

/// Changes to what a model computes, to see what depends on what. `kind` is that of the model's main stack where absent.
struct Interventions {
  /// The head's output is zero.
  struct Ablation {
    Index layer = 0;                         ///< from 0
    Index head = 0;                          ///< from 0
    std::optional<AttentionKind> kind = {};  ///< absent: of the main stack
  };
  /// The query may not attend to the key.
  struct MaskedPair {
    Index layer = 0;                         ///< from 0
    Index head = 0;                          ///< from 0
    Index query = 0;                         ///< its position
    Index key = 0;                           ///< its position
    std::optional<AttentionKind> kind = {};  ///< absent: of the main stack
  };
  /// The hidden state that enters layer `layer` (hidden_states[layer]) has these values at that position. `layer` may be the
  /// number of layers: what leaves the last, before the final norm.
  struct Patch {
    Index layer = 0;                         ///< from 0
    Index position = 0;                      ///< of the token
    std::vector<float> values = {};          ///< (width)
    std::optional<AttentionKind> kind = {};  ///< absent: of the main stack
  };
  std::vector<Ablation> ablate;  ///< heads without output
  std::vector<MaskedPair> mask;  ///< pairs that are hidden
  std::vector<Patch> patch;      ///< hidden states that are replaced
};

/// What a model is given. Spans must outlive the call.
struct ForwardInput {
  std::span<const std::int32_t> ids = {};             ///< (length); of encoder-decoders those of the encoder
  std::span<const std::uint8_t> attention_mask = {};  ///< (length), 0 hides; empty: nothing is hidden
  std::span<const std::int32_t> token_types = {};     ///< (length); empty: all 0
  std::span<const std::int32_t> decoder_ids = {};     ///< of encoder-decoders
  TensorView<float> pixels = {};                      ///< of image models: (1, channels, height, width)
  /// Where given, `ids` (`decoder_ids`) follow the tokens that it holds, and are added to it. Of encoder-decoders, `ids` may be
  /// empty once it holds the encoder's output.
  KeyValueCache* cache = nullptr;
};

/// What a forward pass keeps besides its result.
struct ForwardRequest {
  /// Which positions have logits.
  enum class Logits : std::uint8_t { kNone, kLast, kAll };  ///< of no position, the last one, or all

  Logits logits = Logits::kAll;        ///< of which positions
  bool hidden_states = false;          ///< those of every layer
  bool all_attentions = false;         ///< the weights of every head of every layer, of every kind
  std::vector<HeadChoice> attentions;  ///< or of these, of every kind
  std::vector<Index> details;          ///< layers whose queries, keys, values, head outputs and log-sum-exp are kept
  bool detail_keys = true;             ///< whether those have keys and values where a cache has them
  Interventions interventions;         ///< changes to the pass
  std::function<bool()> is_cancelled;  ///< asked before every layer; the pass ends with Cancelled where it is true
  ThreadPool* pool = nullptr;          ///< none: one thread
};

/// Thrown where a pass was cancelled.
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("the forward pass was cancelled") {}
};

/// What was kept of one layer's attention. Empty tensors were not asked for.
struct AttentionRecord {
  Tensor<float> weights;  ///< (1, heads asked for, queries, keys)
  HeadRows query;         ///< (1, heads, queries, head dim), as they meet the keys: normed and turned
  HeadRows key;           ///< (1, key/value heads, keys, head dim)
  HeadRows value;         ///< (1, key/value heads, keys, value dim)
  HeadRows head_output;   ///< (1, heads, queries, value dim)
  HeadRows log_sum_exp;   ///< (1, heads, queries, 1); −∞ where all keys were hidden
  HeadRows entropy;       ///< (1, heads, queries, 1), in nats
  // What else the weights depend on.
  Index first_position = 0;                       ///< of query 0 among the keys
  std::vector<std::uint8_t> visible;              ///< (keys), 0 hides; empty: all are visible
  std::vector<Interventions::MaskedPair> masked;  ///< the pairs that were hidden besides
};

/// What a pass keeps of the encoder or of the decoder: only what the request asks for.
struct StackResult {
  std::vector<Tensor<float>> hidden_states;       ///< layers + 1 of (1, 1, length, width)
  std::vector<AttentionRecord> attentions;        ///< one a layer
  std::vector<AttentionRecord> cross_attentions;  ///< one a layer of a decoder with an encoder
};

/// What a pass returns: only what the request asks for.
struct ForwardResult {
  Tensor<float> logits;             ///< (1, 1, positions, vocabulary), or (1, 1, 1, classes)
  Tensor<float> last_hidden_state;  ///< (1, 1, length, width); of models without a head
  StackResult encoder;              ///< of models with an encoder
  StackResult decoder;              ///< of models with a decoder
};

}  // namespace heed
