#include "heed/training/transformer/transformer.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <numeric>

#include "../support/close_to.h"
#include "../support/finite_differences.h"
#include "../support/random_tensor.h"
#include "heed/attention/self_attention.h"
#include "heed/threads/thread_pool.h"

using namespace heed;
using heed::test::close_to;
using heed::test::finite_differences;
using heed::test::random_index;
using heed::test::relative_difference;

namespace {

TransformerConfig small() { return {.vocabulary = 7, .context = 6, .layers = 2, .heads = 2, .d_model = 8, .d_ff = 10}; }

struct Sequences {
  Index batch = 3;
  std::vector<std::int32_t> tokens, targets;

  explicit Sequences(const TransformerConfig& config, Index batch_ = 3, Index length = 5) : batch(batch_) {
    RandomState random(9);
    for (Index i = 0; i < batch * length; ++i) {
      tokens.push_back(static_cast<std::int32_t>(random_index(random, 0, config.vocabulary - 1)));
      targets.push_back(static_cast<std::int32_t>(random_index(random, -1, config.vocabulary - 1)));
    }
  }
};

std::vector<TransformerConfig> configurations() {
  std::vector<TransformerConfig> all(9, small());
  all[1].positions = Positions::kLearned;
  all[1].feed_forward = FeedForward::kGelu;
  all[1].bias = true;
  all[2].positions = Positions::kSinusoidal;
  all[2].tied = true;
  all[3].norm = Norm::kRms;
  all[3].feed_forward = FeedForward::kSwiGlu;
  all[3].kv_heads = 1;
  all[3].tied = true;
  all[4].causal = false;
  all[4].positions = Positions::kNone;
  all[5].layers = 1;
  all[5].bias = true;
  all[6].feed_forward = FeedForward::kSwiGlu;
  all[6].bias = true;
  all[7].heads = 4;
  all[7].kv_heads = 2;
  all[8].scaled = false;
  return all;
}

}  // namespace

TEST_CASE("Every parameter's gradient is that of finite differences, in every configuration", "[transformer]") {
  const TransformerConfig config = GENERATE(from_range(configurations()));
  RandomState random(3);
  Transformer<double> model(config, random);
  // Away from gains of 1 and biases of 0.
  for (double& parameter : model.parameters()) parameter += 0.1 * random.normal();
  const Sequences data(config);
  const bool ablates = config.layers == 2;
  if (ablates) model.ablate(1, 0, true);

  const Loss loss = model.loss_and_gradients(data.tokens, data.targets, data.batch);
  CHECK(std::abs(loss.mean() - model.evaluate(data.tokens, data.targets, data.batch).mean()) < 1e-12);
  const std::vector<double> gradients(model.gradients().begin(), model.gradients().end());
  for (const Parameter& parameter : model.layout().parameters) {
    CAPTURE(parameter.name);
    const auto first = static_cast<std::size_t>(parameter.offset);
    const auto size = static_cast<std::size_t>(parameter.size());
    const std::vector<double> expected = finite_differences(model.parameters().subspan(first, size), [&] {
      return model.evaluate(data.tokens, data.targets, data.batch).mean();
    });
    CHECK(relative_difference(std::span(gradients).subspan(first, size), expected) < 1e-6);
  }
}

TEST_CASE("A transformer is the same from the same seed, and does not depend on the number of threads",
          "[transformer][parallel]") {
  TransformerConfig config = small();
  config.context = 100;
  RandomState one(3);
  RandomState two(3);
  Transformer<float> first(config, one);
  Transformer<float> second(config, two);
  const Sequences data(config, 9, 100);
  const Loss loss = first.loss_and_gradients(data.tokens, data.targets, data.batch);
  ThreadPool pool(2);
  CHECK(loss.sum == second.loss_and_gradients(data.tokens, data.targets, data.batch, &pool).sum);
  CHECK(std::equal(first.gradients().begin(), first.gradients().end(), second.gradients().begin()));
}

TEST_CASE("Causal networks do not look ahead, others do", "[transformer]") {
  const bool causal = GENERATE(true, false);
  TransformerConfig config = small();
  config.causal = causal;
  RandomState random(3);
  Transformer<double> model(config, random);
  std::vector<std::int32_t> tokens{1, 2, 3, 4};
  const auto logits_of_first = [&] {
    const auto logits = model.forward(tokens, 1);
    return std::vector<double>(logits.row(0), logits.row(0) + config.vocabulary);
  };
  const std::vector<double> before = logits_of_first();
  tokens[3] = 0;
  CHECK((logits_of_first() == before) == causal);
}

TEST_CASE("Weights of every layer are rows that add up to 1", "[transformer]") {
  RandomState random(3);
  Transformer<float> model(small(), random);
  const Sequences data(small());
  model.forward(data.tokens, data.batch);
  for (Index layer = 0; layer < 2; ++layer) {
    const Tensor<float> weights = model.attention_weights(layer);
    CHECK(weights.shape == Shape{3, 2, 5, 5});
    for (std::size_t row = 0; row < weights.data.size(); row += 5)
      // Five weights, each rounded and each off by the rounding of its logit.
      CHECK(std::abs(std::accumulate(&weights.data[row], &weights.data[row] + 5, 0.0F) - 1) < 1e-5F);
  }
  const AttentionMaps<float> maps = model.attention_maps(1);
  CHECK(maps.weights.data == model.attention_weights(1).data);
  for (std::size_t row = 0; row < maps.entropy.data.size(); ++row) {
    const float visible = static_cast<float>(row % 5 + 1);
    CHECK(maps.visible_keys.data[row] == visible);
    CHECK(maps.entropy.data[row] <= std::log(visible) + 1e-6F);  // of an even spread, but for rounding
    CHECK((maps.entropy.data[row] > 0) == (visible > 1));
  }
  CHECK_THROWS_WITH(model.attention_weights(2), "there is no attention of layer 2 to look at: 2 layers have been run");
}

TEST_CASE("Without the scale, logits are as if queries were √d_k times as long", "[transformer]") {
  TransformerConfig config = small();
  RandomState random(3);
  Transformer<double> scaled(config, random);
  config.scaled = false;
  RandomState same(3);
  Transformer<double> unscaled(config, same);
  for (const TransformerLayout::Layer& layer : scaled.layout().layers)
    for (Index i = 0; i < config.d_model * config.d_model; ++i)
      scaled.parameters()[static_cast<std::size_t>(layer.query.weight + i)] *=
          std::sqrt(static_cast<double>(config.head_dim()));
  const Sequences data(config);
  const auto expected = scaled.forward(data.tokens, data.batch);
  const auto logits = unscaled.forward(data.tokens, data.batch);
  const auto size = expected.rows * expected.columns;
  CHECK_THAT(std::vector<double>(logits.data, logits.data + size),
             close_to(std::vector<double>(expected.data, expected.data + size), 1e-12));
}

TEST_CASE("What stands at hidden positions reaches no other position", "[transformer]") {
  RandomState random(3);
  Transformer<float> model(small(), random);
  std::vector<std::int32_t> tokens{1, 2, 3, 4, 5};
  const std::vector<std::int32_t> hidden{0, 3};
  const auto logits_of = [&](Index row) {
    const auto logits = model.forward(tokens, 1, hidden);
    return std::vector<float>(logits.row(row), logits.row(row) + logits.columns);
  };
  const std::vector<float> before = logits_of(4);
  for (Index layer = 0; layer < 2; ++layer) {
    const AttentionMaps<float> maps = model.attention_maps(layer);
    CHECK(maps.visible_keys.data == std::vector<float>{0, 1, 2, 2, 3, 0, 1, 2, 2, 3});
    REQUIRE(maps.visible.shape == Shape{1, 1, 5, 5});
    for (Index i = 0; i < 5; ++i)
      for (Index j = 0; j < 5; ++j)
        CHECK(maps.visible.data[static_cast<std::size_t>(i * 5 + j)] == (j <= i && j != 0 && j != 3 ? 1 : 0));
    for (Index head = 0; head < 2; ++head)
      for (Index i = 0; i < 5; ++i) {
        const float* const row = maps.weights.head(0, head) + i * 5;
        CHECK(row[0] == 0);
        CHECK(row[3] == 0);
        // Query 0 sees itself alone, which is hidden.
        CHECK(std::abs(std::accumulate(row, row + 5, 0.0F) - (i == 0 ? 0.0F : 1.0F)) < 1e-5F);
      }
  }
  tokens[0] = 6;
  tokens[3] = 6;
  CHECK(logits_of(4) == before);
  CHECK(logits_of(3) != before);
  CHECK_THROWS_WITH(model.forward(tokens, 1, std::vector<std::int32_t>{5}),
                    "position 5 is to be hidden; the sequences have 5 tokens, counted from 0");
  CHECK_THROWS_WITH(model.forward(tokens, 1, std::vector<std::int32_t>{-1}),
                    "position -1 is to be hidden; the sequences have 5 tokens, counted from 0");
  // The next call hides nothing.
  model.forward(tokens, 1);
  CHECK(model.attention_weights(0).head(0, 0)[0] == 1);
  CHECK(model.attention_maps(0).visible_keys.data == std::vector<float>{1, 2, 3, 4, 5, 1, 2, 3, 4, 5});
  CHECK(model.attention_maps(0).visible.data.empty());
}

TEST_CASE("With every head ablated, attention has no part in the logits", "[transformer]") {
  RandomState random(3);
  Transformer<double> model(small(), random);
  for (Index layer = 0; layer < 2; ++layer)
    for (Index head = 0; head < 2; ++head) model.ablate(layer, head, true);
  const std::vector<std::int32_t> one{1, 5};
  const std::vector<std::int32_t> other{2, 5};
  const auto last = [&](const std::vector<std::int32_t>& tokens) {
    const auto logits = model.forward(tokens, 1);
    return std::vector<double>(logits.row(1), logits.row(1) + 7);
  };
  CHECK(last(one) == last(other));
  model.ablate(0, 1, false);
  CHECK(last(one) != last(other));
  CHECK_THROWS_WITH(model.ablate(0, 2, true),
                    "there is no head 2 in layer 0: the network has 2 layers of 2 heads, counted from 0");
}

TEST_CASE("Configurations that cannot be are refused with the values that clash", "[transformer]") {
  const auto refused = [](auto change) {
    TransformerConfig config = small();
    change(config);
    try {
      check(config);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("nothing refused");
  };
  CHECK(refused([](auto& c) { c.heads = 3; }) == "d_model 8 is not divisible by 3 heads");
  CHECK(refused([](auto& c) { c.kv_heads = 3; }) == "the number of key/value heads is 3; it must be from 0 to 2");
  CHECK(refused([](auto& c) {
          c.heads = 4;
          c.kv_heads = 3;
        }) == "there are 4 heads, which is not a multiple of 3 key/value heads");
  CHECK(refused([](auto& c) { c.heads = 8; }) ==
        "rotary positions turn pairs of components, but d_model 8 with 8 heads leaves 1 for each");
  CHECK(refused([](auto& c) { c.vocabulary = 1; }) == "the vocabulary is 1; it must be from 2 to 65536");
  CHECK(refused([](auto& c) { c.norm_epsilon = 0; }) == "the norms' epsilon is 0; it must be from 1.18e-38 to 3.4e38");
  // In single precision these are infinite and 0.
  CHECK(refused([](auto& c) { c.norm_epsilon = 1e39; }) ==
        "the norms' epsilon is 1e+39; it must be from 1.18e-38 to 3.4e38");
  CHECK(refused([](auto& c) { c.norm_epsilon = 1e-50; }) ==
        "the norms' epsilon is 1e-50; it must be from 1.18e-38 to 3.4e38");
  CHECK(refused([](auto& c) { c.rotary_base = -1; }) == "the rotary base is -1; it must be finite and above 0");
}

TEST_CASE("Tokens and targets that do not fit are refused by name", "[transformer]") {
  RandomState random(3);
  Transformer<float> model(small(), random);
  const std::vector<std::int32_t> tokens{1, 2, 3, 7};
  CHECK_THROWS_WITH(model.forward(tokens, 1), "there is no token 7 in a vocabulary of 7");
  CHECK_THROWS_WITH(model.forward(tokens, 3), "4 tokens cannot be 3 sequences of equal length");
  CHECK_THROWS_WITH(model.forward(std::vector<std::int32_t>(7), 1), "the sequences have 7 tokens but the context is 6");
  const std::vector<std::int32_t> fine{1, 2};
  CHECK_THROWS_WITH(model.evaluate(fine, std::vector<std::int32_t>{1}, 1), "there are 1 targets for 2 tokens");
  CHECK_THROWS_WITH(model.evaluate(fine, std::vector<std::int32_t>{1, -2}, 1),
                    "there is no target -2 in a vocabulary of 7 (−1: not scored)");
}

TEST_CASE("Long sequences, whose weights are not kept, are attended to as short ones are", "[transformer]") {
  // Tokens of a causal network do not see those after them, so that the start of a long sequence is a short one.
  constexpr Index kLong = SelfAttention<float>::kLongestKept + 1;
  TransformerConfig config = small();
  config.context = kLong;
  config.kv_heads = 1;
  RandomState random(3);
  Transformer<float> model(config, random);
  const Sequences data(config, 1, kLong);
  const std::span tokens = std::span(data.tokens);
  const auto short_logits = model.forward(tokens.first(kLong - 1), 1);
  const std::vector<float> expected(short_logits.data, short_logits.row(kLong - 1));
  const Tensor<float> short_weights = model.attention_weights(1);
  const auto logits = model.forward(tokens, 1);
  // Both round sums of up to 256 weights, in other orders.
  CHECK_THAT(std::vector<float>(logits.data, logits.row(kLong - 1)), close_to(expected, 1e-5));
  const Tensor<float> weights = model.attention_weights(1);
  for (Index i : {Index{0}, Index{100}, kLong - 2})
    for (Index j = 0; j <= i; ++j)
      CHECK(std::abs(weights.head(0, 1)[i * kLong + j] - short_weights.head(0, 1)[i * (kLong - 1) + j]) < 1e-6F);

  std::vector<std::int32_t> targets = data.targets;
  targets.back() = -1;  // what the last token adds to the gradients, the other sequence lacks
  model.loss_and_gradients(tokens, targets, 1);
  const std::vector<float> long_gradients(model.gradients().begin(), model.gradients().end());
  model.loss_and_gradients(tokens.first(kLong - 1), std::span(targets).first(kLong - 1), 1);
  CHECK_THAT(long_gradients, close_to(std::vector<float>(model.gradients().begin(), model.gradients().end()), 1e-5));
}
