#pragma once

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <vector>

#include "heed/training/transformer/transformer.h"

namespace heed::test {

/// Copies a checkpoint's tensors to a transformer's parameters by name.
class TransformerWeights {
 public:
  struct Tensor {
    std::vector<Index> shape;
    std::vector<float> values;
  };

  explicit TransformerWeights(const TransformerConfig& config) : random_(1), model(config, random_) {}

  /// As it lies: embeddings, gains, biases. `skipped` numbers of the tensor come before.
  void copy(const std::string& parameter, const std::string& tensor, Index skipped = 0) {
    const std::vector<float>& values = tensors.at(tensor).values;
    const Parameter& to = find(parameter);
    REQUIRE(static_cast<Index>(values.size()) >= skipped + to.size());
    std::copy_n(values.begin() + skipped, to.size(), model.parameters().begin() + to.offset);
  }

  /// Columns of a tensor that is kept as a transformer keeps it, (inputs × outputs). `skipped` columns come before.
  void columns(const std::string& parameter, const std::string& tensor, Index skipped = 0) {
    fill(parameter, tensor, 1, skipped, [](const Tensor& from, Index in, Index out) {
      return from.values[static_cast<std::size_t>(in * from.shape[1] + out)];
    });
  }

  /// PyTorch's linear layers keep (outputs × inputs). `skipped` outputs come before.
  void transpose(const std::string& parameter, const std::string& tensor, Index skipped = 0) {
    fill(parameter, tensor, 0, skipped, transposed);
  }

  /// The same for queries and keys that rotary positions turn: transformers pairs component i of a head with i + dim / 2, where
  /// a transformer pairs 2i with 2i + 1.
  void transpose_halves(const std::string& parameter, const std::string& tensor) {
    const Index dim = model.config().head_dim();
    fill(parameter, tensor, 0, 0, [dim](const Tensor& from, Index in, Index out) {
      const Index component = out % dim;
      return transposed(from, in, out - component + component / 2 + component % 2 * (dim / 2));
    });
  }

 private:
  static float transposed(const Tensor& from, Index in, Index out) {
    return from.values[static_cast<std::size_t>(out * from.shape[1] + in)];
  }

  template <typename At>
  void fill(const std::string& parameter, const std::string& tensor, std::size_t axis_of_outputs, Index skipped,
            At at) {
    const Tensor& from = tensors.at(tensor);
    const Parameter& to = find(parameter);
    REQUIRE(from.shape.at(1 - axis_of_outputs) == to.rows);
    REQUIRE(from.shape.at(axis_of_outputs) >= skipped + to.columns);
    for (Index in = 0; in < to.rows; ++in)
      for (Index out = 0; out < to.columns; ++out)
        model.parameters()[static_cast<std::size_t>(to.offset + in * to.columns + out)] = at(from, in, skipped + out);
  }

  const Parameter& find(const std::string& name) const {
    const auto& all = model.layout().parameters;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter& p) { return p.name == name; });
    INFO("no parameter " << name);
    REQUIRE(found != all.end());
    return *found;
  }

  RandomState random_;

 public:
  std::map<std::string, Tensor> tensors;  ///< of the checkpoint
  Transformer<float> model;
};

/// Copies all that a Llama checkpoint holds but an unembedding of its own. `rotated(parameter, tensor)` copies the projections to
/// queries and keys, in the order that rotary positions need.
template <typename Rotated>
void copy_llama(TransformerWeights& weights, Rotated rotated) {
  weights.copy("embedding", "model.embed_tokens.weight");
  for (Index i = 0; i < weights.model.config().layers; ++i) {
    const std::string to = "layers." + std::to_string(i) + ".";
    const std::string from = "model." + to;
    weights.copy(to + "attention_norm", from + "input_layernorm.weight");
    rotated(to + "attention.query", from + "self_attn.q_proj.weight");
    rotated(to + "attention.key", from + "self_attn.k_proj.weight");
    weights.transpose(to + "attention.value", from + "self_attn.v_proj.weight");
    weights.transpose(to + "attention.output", from + "self_attn.o_proj.weight");
    weights.copy(to + "feed_forward_norm", from + "post_attention_layernorm.weight");
    for (const std::string map : {"gate", "up", "down"})
      weights.transpose(to + "feed_forward." + map, from + "mlp." + map + "_proj.weight");
  }
  weights.copy("final_norm", "model.norm.weight");
}

/// Copies all that a GPT-2 checkpoint holds but an unembedding of its own; its names begin with `prefix`. `matrix(parameter,
/// tensor, skipped)` copies the matrix of a linear layer, of which `skipped` outputs come before.
template <typename Matrix>
void copy_gpt2(TransformerWeights& weights, const std::string& prefix, Matrix matrix) {
  weights.copy("embedding", prefix + "wte.weight");
  weights.copy("positions", prefix + "wpe.weight");
  const auto norm = [&](const std::string& to, const std::string& from) {
    weights.copy(to, from + ".weight");
    weights.copy(to + ".bias", from + ".bias");
  };
  const auto linear = [&](const std::string& to, const std::string& from, Index skipped = 0) {
    matrix(to, from + ".weight", skipped);
    weights.copy(to + ".bias", from + ".bias", skipped);
  };
  const Index width = weights.model.config().d_model;
  for (Index i = 0; i < weights.model.config().layers; ++i) {
    const std::string to = "layers." + std::to_string(i) + ".";
    const std::string from = prefix + "h." + std::to_string(i) + ".";
    norm(to + "attention_norm", from + "ln_1");
    linear(to + "attention.query", from + "attn.c_attn");
    linear(to + "attention.key", from + "attn.c_attn", width);
    linear(to + "attention.value", from + "attn.c_attn", 2 * width);
    linear(to + "attention.output", from + "attn.c_proj");
    norm(to + "feed_forward_norm", from + "ln_2");
    linear(to + "feed_forward.up", from + "mlp.c_fc");
    linear(to + "feed_forward.down", from + "mlp.c_proj");
  }
  norm("final_norm", prefix + "ln_f");
}

}  // namespace heed::test
