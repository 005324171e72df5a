// The transformer that is trained here against what transformers computes on models of the same architecture.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>

#include "../support/model_fixture.h"
#include "../support/transformer_weights.h"

using namespace heed;
using heed::test::ModelFixture;
using heed::test::TransformerWeights;

namespace {

TransformerWeights weights_of(const ModelFixture& fixture, const TransformerConfig& config) {
  TransformerWeights weights(config);
  const ModelFiles files = read_model_files(fixture.files());
  for (const auto& [name, stored] : files.tensors) {
    REQUIRE(stored.type == ElementType::kF32);
    std::vector<float> values(stored.bytes.size() / sizeof(float));
    std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
    weights.tensors[name] = {stored.shape, std::move(values)};
  }
  return weights;
}

/// The largest difference over the largest expected value.
double difference(std::span<const float> actual, const std::vector<float>& expected) {
  REQUIRE(actual.size() == expected.size());
  double worst = 0;
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double off = std::abs(double{actual[i]} - double{expected[i]});
    worst = std::isnan(off) ? INFINITY : std::max(worst, off);
    largest = std::max(largest, std::abs(double{expected[i]}));
  }
  return worst / largest;
}

/// The tolerances are those of model/fixtures_test.cpp.
void check_forward(Transformer<float>& model, const ModelFixture& fixture) {
  const std::vector<std::int32_t> ids = fixture.integers("input_ids");
  const MatrixView<const float> logits = model.forward(ids, 1);
  const auto count = static_cast<std::size_t>(logits.rows * logits.columns);
  CHECK(difference({logits.data, count}, fixture.floats("logits")) < 1e-4);
  for (Index layer = 0; layer < model.config().layers; ++layer) {
    const Tensor<float> weights = model.attention_weights(layer);
    CHECK(difference(weights.data, fixture.floats("attentions." + std::to_string(layer))) <
          std::max(1e-5, 4 * fixture.float32_error()));
  }
}

}  // namespace

TEST_CASE("A transformer computes what transformers' Llama computes", "[transformer][models]") {
  const ModelFixture fixture("llama");
  TransformerWeights weights = weights_of(fixture, {.vocabulary = 256,
                                                    .context = 64,
                                                    .layers = 2,
                                                    .heads = 4,
                                                    .kv_heads = 2,
                                                    .d_model = 48,
                                                    .feed_forward = FeedForward::kSwiGlu,
                                                    .d_ff = 96,
                                                    .norm = Norm::kRms,
                                                    .norm_epsilon = 1e-6});
  weights.copy("embedding", "model.embed_tokens.weight");
  for (int i = 0; i < 2; ++i) {
    const std::string to = "layers." + std::to_string(i) + ".";
    const std::string from = "model." + to;
    weights.copy(to + "attention_norm", from + "input_layernorm.weight");
    weights.transpose_halves(to + "attention.query", from + "self_attn.q_proj.weight");
    weights.transpose_halves(to + "attention.key", from + "self_attn.k_proj.weight");
    weights.transpose(to + "attention.value", from + "self_attn.v_proj.weight");
    weights.transpose(to + "attention.output", from + "self_attn.o_proj.weight");
    weights.copy(to + "feed_forward_norm", from + "post_attention_layernorm.weight");
    for (const std::string map : {"gate", "up", "down"})
      weights.transpose(to + "feed_forward." + map, from + "mlp." + map + "_proj.weight");
  }
  weights.copy("final_norm", "model.norm.weight");
  weights.copy("unembedding", "lm_head.weight");
  check_forward(weights.model, fixture);
}

TEST_CASE("A transformer computes what transformers' GPT-2 computes", "[transformer][models]") {
  const ModelFixture fixture("gpt2");
  TransformerWeights weights = weights_of(fixture, {.vocabulary = 256,
                                                    .context = 64,
                                                    .layers = 2,
                                                    .heads = 4,
                                                    .d_model = 48,
                                                    .feed_forward = FeedForward::kGelu,
                                                    .positions = Positions::kLearned,
                                                    .bias = true,
                                                    .tied = true});
  weights.copy("embedding", "wte.weight");
  weights.copy("positions", "wpe.weight");
  const auto norm = [&](const std::string& to, const std::string& from) {
    weights.copy(to, from + ".weight");
    weights.copy(to + ".bias", from + ".bias");
  };
  const auto linear = [&](const std::string& to, const std::string& from, Index skipped = 0) {
    weights.columns(to, from + ".weight", skipped);
    weights.copy(to + ".bias", from + ".bias", skipped);
  };
  for (int i = 0; i < 2; ++i) {
    const std::string to = "layers." + std::to_string(i) + ".";
    const std::string from = "h." + std::to_string(i) + ".";
    norm(to + "attention_norm", from + "ln_1");
    linear(to + "attention.query", from + "attn.c_attn");
    linear(to + "attention.key", from + "attn.c_attn", 48);
    linear(to + "attention.value", from + "attn.c_attn", 96);
    linear(to + "attention.output", from + "attn.c_proj");
    norm(to + "feed_forward_norm", from + "ln_2");
    linear(to + "feed_forward.up", from + "mlp.c_fc");
    linear(to + "feed_forward.down", from + "mlp.c_proj");
  }
  norm("final_norm", "ln_f");
  check_forward(weights.model, fixture);
}
