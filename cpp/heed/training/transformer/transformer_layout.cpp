#include "heed/training/transformer/transformer_layout.h"

namespace heed {

TransformerLayout::TransformerLayout(const TransformerConfig& config) {
  using Kind = Parameter::Kind;
  const Index d = config.d_model;
  const Index kv = config.key_value_heads() * config.head_dim();
  const auto add = [&](const std::string& name, Index rows, Index columns, Kind kind) {
    parameters.push_back({name, rows, columns, size, kind});
    Index count = 0;
    if (!multiply_sizes({rows, columns}, count) || __builtin_add_overflow(size, count, &size))
      throw OutOfMemory("the network would have more parameters than can be counted");
    return parameters.back().offset;
  };
  const auto add_linear = [&](const std::string& name, Index in, Index out) {
    const Index weight = add(name, in, out, Kind::kLinear);
    return Map{weight, config.bias ? add(name + ".bias", 1, out, Kind::kBias) : -1};
  };
  const auto add_norm = [&](const std::string& name) {
    const Index gain = add(name, 1, d, Kind::kGain);
    return Map{gain, config.bias && config.norm == Norm::kLayer ? add(name + ".bias", 1, d, Kind::kBias) : -1};
  };

  embedding = add("embedding", config.vocabulary, d, Kind::kEmbedding);
  if (config.positions == Positions::kLearned) positions = add("positions", config.context, d, Kind::kEmbedding);
  for (Index i = 0; i < config.layers; ++i) {
    const std::string name = "layers." + std::to_string(i) + ".";
    Layer layer;
    layer.attention_norm = add_norm(name + "attention_norm");
    layer.query = add_linear(name + "attention.query", d, d);
    layer.key = add_linear(name + "attention.key", d, kv);
    layer.value = add_linear(name + "attention.value", d, kv);
    layer.output = add_linear(name + "attention.output", d, d);
    if (config.feed_forward != FeedForward::kNone) {
      layer.feed_forward_norm = add_norm(name + "feed_forward_norm");
      if (config.feed_forward == FeedForward::kSwiGlu)
        layer.gate = add_linear(name + "feed_forward.gate", d, config.hidden());
      layer.up = add_linear(name + "feed_forward.up", d, config.hidden());
      layer.down = add_linear(name + "feed_forward.down", config.hidden(), d);
    }
    layers.push_back(layer);
  }
  final_norm = add_norm("final_norm");
  unembedding = config.tied ? embedding : add("unembedding", config.vocabulary, d, Kind::kEmbedding);
}

}  // namespace heed
