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
  copy_llama(weights, [&](const std::string& to, const std::string& from) { weights.transpose_halves(to, from); });
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
  copy_gpt2(weights, "",
            [&](const std::string& to, const std::string& from, Index skipped) { weights.columns(to, from, skipped); });
  check_forward(weights.model, fixture);
}
