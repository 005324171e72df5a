// What views of a run are computed from, on every fixture of a text: the weights, labels and predictions of a run are those of the
// forward pass that keeps them, which fixtures_test.cpp compares with transformers.

#include "heed/model/model_run.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>

#include "../support/loaded_fixture.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;

namespace {

const std::vector<AttentionRecord>& records_of(const ForwardResult& result, AttentionKind kind) {
  if (kind == AttentionKind::kEncoder) return result.encoder.attentions;
  return kind == AttentionKind::kDecoder ? result.decoder.attentions : result.decoder.cross_attentions;
}

/// Recomputed from the log-sum-exp, a weight is off by the rounding of both: 2⁻²⁴ of each. Marian's logits come near 512.
constexpr double kRecomputed = 2 * 512 * 0x1p-24;

double largest_difference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(double{a[i]} - double{b[i]}));
  return worst;
}

}  // namespace

TEST_CASE("The heads of a run are those of the pass that keeps all weights", "[models]") {
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    ForwardRequest request;
    request.all_attentions = true;
    const ForwardResult kept = model.forward(fixture.input(), request);
    const ModelRun run(model, fixture.input());
    for (const AttentionKind kind : {AttentionKind::kEncoder, AttentionKind::kDecoder, AttentionKind::kCross})
      for (std::size_t layer = 0; layer < records_of(kept, kind).size(); ++layer) {
        const Tensor<float>& weights = records_of(kept, kind)[layer].weights;
        const auto [batch, heads, queries, keys] = weights.shape;
        const auto at = static_cast<Index>(layer);
        std::vector<double> sum(static_cast<std::size_t>(queries * keys));
        for (Index head = 0; head < heads; ++head) {
          const HeadWeights one = run.head(kind, at, head);
          const std::span<const float> expected(weights.head(0, head), static_cast<std::size_t>(queries * keys));
          CHECK(largest_difference(one.weights.data, expected) < kRecomputed);
          CHECK(one.largest <= 1);
          CHECK(one.largest == *std::ranges::max_element(one.weights.data));
          double hidden = 0;
          for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += double{expected[i]};
            if (one.visible.data[i] == 0) hidden = std::max(hidden, double{one.weights.data[i]});
          }
          CHECK(hidden == 0);
          for (Index i = 0; i < queries; ++i) {
            const float nats = one.entropy.data[static_cast<std::size_t>(i)];
            CHECK(nats >= 0);
            CHECK(nats <= std::log(one.visible_keys.data[static_cast<std::size_t>(i)]) + 1e-4);
          }
          const HeadReport report = run.report(kind, at, head, 1);
          // Blocks of one weight are the weights.
          CHECK(report.thumbnail.data == one.weights.data);
          CHECK(report.metrics.entropy <= 1 + 1e-4);
          // What is taken up a row at a time is what the whole matrix has.
          const HeadMetrics whole = head_metrics<float>(one.weights, one.visible_keys).front();
          CHECK(std::abs(report.metrics.entropy - whole.entropy) < kRecomputed);
          const bool is_cross = kind == AttentionKind::kCross;
          CHECK(report.metrics.mean_distance == (is_cross ? 0 : whole.mean_distance));
          CHECK(report.metrics.local == (is_cross ? 0 : whole.local));
          if (is_cross) CHECK(report.label != HeadLabel::kPreviousToken);
          CHECK(report.metrics.first_token == whole.first_token);
          if (kind == AttentionKind::kDecoder && !model.architecture().encoder)
            CHECK(report.tokens.induction == token_scores<float>(one.weights, fixture.ids).front().induction);
          CHECK(report.metrics.first_token <= 1 + 1e-4);
        }
        const HeadWeights mean = run.mean_of_heads(kind, at);
        double worst = 0;
        for (std::size_t i = 0; i < sum.size(); ++i)
          worst = std::max(worst, std::abs(sum[i] / static_cast<double>(heads) - double{mean.weights.data[i]}));
        CHECK(worst < kRecomputed);
      }
  }
}

TEST_CASE("After the last layer a run predicts what the model does, and ranks it", "[models]") {
  int compared = 0;
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    const ModelRun run(model, fixture.input());
    const auto layers = static_cast<Index>(model.architecture().main_stack().blocks.size());
    if (!model.has_logits()) {
      CHECK_THROWS_WITH(run.most_likely(0, 0, 1),
                        "a model of class " + model.architecture().architecture + " has no logits");
      continue;
    }
    ++compared;
    const Tensor<float> logits = model.forward(fixture.input()).logits;
    const Index vocabulary = logits.shape.dim;
    const double scale =
        std::abs(double{*std::ranges::max_element(logits.data, {}, [](float logit) { return std::abs(logit); })});
    for (Index position = 0; position < logits.shape.length; ++position) {
      const float* row = logits.data.data() + position * vocabulary;
      const std::vector<TokenPrediction> all = run.most_likely(layers, position, vocabulary + 1);
      REQUIRE(static_cast<Index>(all.size()) == vocabulary);
      double sum = 0;
      for (std::size_t rank = 0; rank < all.size(); ++rank) {
        CHECK(all[rank].rank == static_cast<Index>(rank));
        // Another evaluation in float32, whose sums may be in another order.
        CHECK(std::abs(all[rank].logit - double{row[all[rank].id]}) <= 1e-5 * scale);
        if (rank > 0) CHECK(all[rank].logit <= all[rank - 1].logit);
        sum += all[rank].probability;
      }
      CHECK(std::abs(sum - 1) < 1e-9);
      const std::vector<Index> ids{all.back().id, all[1].id};
      const std::vector<TokenPrediction> two = run.predictions(layers, position, ids);
      CHECK(two[0].rank == vocabulary - 1);
      CHECK(two[1].rank == 1);
      CHECK(two[1].probability == all[1].probability);
      CHECK_NOTHROW(run.most_likely(0, position, 1));
    }
  }
  CHECK(compared >= 30);
}

TEST_CASE("A thumbnail has the largest weight of each block, at the far edges of what is left", "[models]") {
  const LoadedFixture fixture("gpt2");
  const ModelRun run(fixture.model(), fixture.input());
  const Tensor<float> weights = run.head(AttentionKind::kDecoder, 1, 2).weights;
  const Tensor<float> thumbnail = run.report(AttentionKind::kDecoder, 1, 2, 5).thumbnail;
  const Index length = weights.shape.dim;
  REQUIRE(length % 5 != 0);
  std::vector<float> expected(thumbnail.data.size());
  for (Index i = 0; i < length; ++i)
    for (Index j = 0; j < length; ++j) {
      float& cell = expected[static_cast<std::size_t>(i / 5 * thumbnail.shape.dim + j / 5)];
      cell = std::max(cell, weights.data[static_cast<std::size_t>(i * length + j)]);
    }
  CHECK(thumbnail.shape == Shape{1, 1, (length + 4) / 5, (length + 4) / 5});
  CHECK(thumbnail.data == expected);
}

TEST_CASE("A weight that is NaN shows in its thumbnail and as the largest", "[models]") {
  const LoadedFixture fixture("gpt2");
  Interventions patched;
  patched.patch.push_back(
      {.layer = 0,
       .position = 0,
       .values =
           std::vector<float>(static_cast<std::size_t>(fixture.model().architecture().decoder->width), std::nanf(""))});
  const ModelRun run(fixture.model(), fixture.input(), patched);
  const HeadWeights head = run.head(AttentionKind::kDecoder, 0, 1);
  REQUIRE(std::isnan(head.weights.data.front()));
  CHECK(std::isnan(head.largest));
  CHECK(std::isnan(run.report(AttentionKind::kDecoder, 0, 1, 5).thumbnail.data.front()));
}

TEST_CASE("A run is one with what was changed", "[models]") {
  const LoadedFixture fixture("gpt2");
  const Model& model = fixture.model();
  const ModelRun plain(model, fixture.input());
  Interventions hide;
  hide.mask.push_back({.layer = 0, .head = 1, .query = 3, .key = 1});
  const ModelRun hidden(model, fixture.input(), hide);
  const HeadWeights weights = hidden.head(AttentionKind::kDecoder, 0, 1);
  const auto pair = static_cast<std::size_t>(3 * weights.weights.shape.dim + 1);
  CHECK(weights.weights.data[pair] == 0);
  CHECK(weights.visible.data[pair] == 0);
  CHECK(weights.visible_keys.data[3] == 3);
  CHECK(plain.head(AttentionKind::kDecoder, 0, 1).visible_keys.data[3] == 4);
  Interventions off;
  off.ablate.push_back({.layer = 1, .head = 0});
  const ModelRun ablated(model, fixture.input(), off);
  CHECK(ablated.most_likely(1, 5, 1).front().logit == plain.most_likely(1, 5, 1).front().logit);
  CHECK(ablated.most_likely(2, 5, 1).front().logit != plain.most_likely(2, 5, 1).front().logit);
}

TEST_CASE("What a run does not have is refused with its number", "[models]") {
  const LoadedFixture fixture("gpt2");
  const ModelRun run(fixture.model(), fixture.input());
  const AttentionKind kind = AttentionKind::kDecoder;
  CHECK_THROWS_WITH(run.head(kind, 2, 0), "there is no layer 2 among 2");
  CHECK_THROWS_WITH(run.head(kind, -1, 0), "there is no layer -1 among 2");
  CHECK_THROWS_WITH(run.head(kind, 0, 4), "there is no head 4 among 4");
  CHECK_THROWS_WITH(run.mean_of_heads(AttentionKind::kEncoder, 0), "there is no layer 0 among 0");
  CHECK_THROWS_WITH(run.report(AttentionKind::kCross, 0, 0, 1), "there is no layer 0 among 0");
  CHECK_THROWS_WITH(run.report(kind, 0, 0, 0), "cells of 0 × 0 weights; they must be at least 1 × 1");
  CHECK_THROWS_WITH(run.most_likely(3, 0, 1), "the layer is 3; it must be from 0 to 2");
  CHECK_THROWS_WITH(run.most_likely(0, -1, 1),
                    "the position is -1; it must be from 0 to " + std::to_string(fixture.ids.size() - 1));
  CHECK_THROWS_WITH(run.most_likely(0, 0, 0), "the count of tokens is 0; it must be at least 1");
  CHECK_THROWS_WITH(run.predictions(0, 0, std::vector<Index>{256}), "there is no token 256 among 256");
  CHECK_THROWS_WITH(run.reports(kind, 2, 1), "there is no layer 2 among 2");
  CHECK_THROWS_WITH(run.pair_values(kind, 0, 4, PairValue::kLogit), "there is no head 4 among 4");
  CHECK_THROWS_WITH(run.explain(kind, 0, 0, 16, 0),
                    "there is no pair of query 16 and key 0 among 16 queries and 16 keys");
  CHECK_THROWS_WITH(run.weights_of_query(kind, 0, 16), "there are no 1 queries from 16 among 16");
  CHECK_THROWS_WITH(run.rollout(kind, 16), "the position is 16; it must be from 0 to 15");
  CHECK_THROWS_WITH(run.rollout(AttentionKind::kCross, 0), "rollout is of self-attention, not of cross-attention");
  CHECK_THROWS_WITH(run.direct_effects(16, 0, {}), "the position is 16; it must be from 0 to 15");
  CHECK_THROWS_WITH(run.direct_effects(0, 256, {}), "there is no token 256 among 256");
  ForwardInput shorter = fixture.input();
  shorter.ids = shorter.ids.first(5);
  CHECK_THROWS_WITH(run.divergence_from(ModelRun(fixture.model(), shorter), kind, 0),
                    "the runs have 16 and 5 queries, and 16 and 5 keys; they must have the same");
  Interventions patched;
  patched.patch.push_back({.layer = 1, .position = 2, .values = std::vector<float>(48, 0.5F)});
  CHECK_THROWS_WITH(ModelRun(fixture.model(), fixture.input(), patched).direct_effects(3, 0, {}),
                    "a run with patched hidden states is no sum of what its own parts add");
}
