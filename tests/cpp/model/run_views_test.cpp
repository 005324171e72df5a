// What views of a run show beyond weights, on every fixture: logits and how they come about, norms of weighted values, direct effects,
// rollout, and how far two runs differ. Each is compared with another way to the same number.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <numeric>

#include "../support/loaded_fixture.h"
#include "heed/model/model_run.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;

namespace {

/// A logit is a sum of float32 products, of up to about 512 in these models, and the log-sum-exp another rounding of it.
constexpr double kLogitError = 512 * 0x1p-20;

void for_each_head(const ModelRun& run, const auto& visit) {
  for (const AttentionShape& shape : run.attentions())
    for (std::size_t layer = 0; layer < shape.heads.size(); ++layer)
      for (Index head = 0; head < shape.heads[layer]; ++head) visit(shape, static_cast<Index>(layer), head);
}

double at(const Tensor<float>& map, Index query, Index key) {
  return double{map.data[static_cast<std::size_t>(query * map.shape.dim + key)]};
}

}  // namespace

TEST_CASE("Softmax of a head's visible logits is its weights, and a pair's explanation leads to its own", "[models]") {
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    for_each_head(run, [&](const AttentionShape& shape, Index layer, Index head) {
      const HeadWeights weights = run.head(shape.kind, layer, head);
      const Tensor<float> products = run.pair_values(shape.kind, layer, head, PairValue::kProduct);
      const Tensor<float> logits = run.pair_values(shape.kind, layer, head, PairValue::kLogit);
      REQUIRE(logits.shape == Shape{1, 1, shape.queries, shape.keys});
      double worst = 0;
      for (Index i = 0; i < shape.queries; ++i) {
        double largest = -INFINITY;
        double sum = 0;
        const auto sees = [&](Index j) {
          return weights.visible.data[static_cast<std::size_t>(i * shape.keys + j)] != 0;
        };
        for (Index j = 0; j < shape.keys; ++j)
          if (sees(j)) largest = std::max(largest, at(logits, i, j));
        for (Index j = 0; j < shape.keys; ++j)
          if (sees(j)) sum += std::exp(at(logits, i, j) - largest);
        for (Index j = 0; j < shape.keys; ++j) {
          const double expected = sees(j) ? std::exp(at(logits, i, j) - largest) / sum : 0;
          worst = std::max(worst, std::abs(expected - at(weights.weights, i, j)));
        }
      }
      CHECK(worst < kLogitError);
      if (head != 1) return;
      for (const auto& [i, j] : {std::pair<Index, Index>{2, 0}, {shape.queries - 1, shape.keys / 2}}) {
        const PairExplanation pair = run.explain(shape.kind, layer, head, i, j);
        CHECK(std::abs(pair.product - at(products, i, j)) <= 1e-6 * std::max(1.0, std::abs(pair.product)));
        CHECK(std::abs(std::reduce(pair.products.begin(), pair.products.end(), 0.0) - pair.product) <
              1e-4 * std::max(1.0, std::abs(pair.product)));
        CHECK(std::abs(pair.logit - at(logits, i, j)) <= 1e-5 * std::max(1.0, std::abs(pair.logit)));
        CHECK(pair.weight == at(weights.weights, i, j));
        CHECK(pair.visible == (weights.visible.data[static_cast<std::size_t>(i * shape.keys + j)] != 0));
        if (pair.visible) CHECK(std::abs(std::exp(pair.logit - pair.log_sum_exp) - pair.weight) < kLogitError);
        if (!pair.rotary) CHECK(pair.product_before_turn == pair.product);
      }
    });
  }
}

TEST_CASE("A query and key at the same place have the product that they had before both were turned", "[models]") {
  int turned = 0;
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    for_each_head(run, [&](const AttentionShape& shape, Index layer, Index head) {
      if (head != 0 || shape.kind == AttentionKind::kCross) return;
      const PairExplanation pair = run.explain(shape.kind, layer, head, 5, 5);
      if (!pair.rotary) return;
      ++turned;
      // Long texts of YaRN scale both by a factor besides.
      if (name == "llama_yarn_rope") return;
      CHECK(std::abs(pair.product - pair.product_before_turn) < 1e-4 * std::max(1.0, std::abs(pair.product)));
      CHECK(std::abs(run.explain(shape.kind, layer, head, 5, 1).product_before_turn) > 0);
    });
  }
  CHECK(turned >= 30);
}

TEST_CASE("Weighted norms are those of what a head writes for one key alone", "[models]") {
  for (const std::string name : {"gpt2", "llama", "bart", "vit", "gpt_bigcode"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    for (const AttentionShape& shape : run.attentions()) {
      const AttentionLayer& attention = fixture.model().layer(shape.kind, 0);
      const auto& stack = shape.kind == AttentionKind::kEncoder ? run.result().encoder : run.result().decoder;
      const AttentionRecord& record =
          (shape.kind == AttentionKind::kCross ? stack.cross_attentions : stack.attentions)[0];
      const Tensor<float> norms = run.pair_values(shape.kind, 0, 1, PairValue::kWeightedNorm);
      const HeadWeights weights = run.head(shape.kind, 0, 1);
      const Index dim = record.value.shape.dim;
      const Index kv = 1 * record.value.shape.heads / record.query.shape.heads;
      const Index width = shape.kind == AttentionKind::kEncoder ? fixture.model().architecture().encoder->width
                                                                : fixture.model().architecture().decoder->width;
      for (Index j = 0; j < shape.keys; ++j) {
        const Index i = shape.queries - 1;
        std::vector<float> scaled(static_cast<std::size_t>(dim));
        for (Index c = 0; c < dim; ++c)
          scaled[static_cast<std::size_t>(c)] =
              static_cast<float>(at(weights.weights, i, j)) * record.value.head(kv)[j * dim + c];
        std::vector<float> written(static_cast<std::size_t>(width));
        attention.head_output({scaled.data(), 1, dim, dim}, 1, matrix(written.data(), 1, width));
        double squares = 0;
        for (const float number : written) squares += double{number} * double{number};
        CHECK(std::abs(std::sqrt(squares) - at(norms, i, j)) <= 1e-5 * std::max(1.0, std::sqrt(squares)));
      }
    }
  }
}

TEST_CASE("Without the first key the rest of a row adds up to one", "[models]") {
  const LoadedFixture fixture("gpt2");
  const ModelRun run(fixture.model(), fixture.input());
  const Tensor<float> rest = run.pair_values(AttentionKind::kDecoder, 1, 2, PairValue::kWithoutFirstKey);
  const HeadWeights all = run.head(AttentionKind::kDecoder, 1, 2);
  for (Index i = 1; i < rest.shape.length; ++i) {
    double sum = 0;
    for (Index j = 0; j < rest.shape.dim; ++j) sum += at(rest, i, j);
    CHECK(std::abs(sum - 1) < 1e-5);
    CHECK(at(rest, i, 0) == 0);
    CHECK(std::abs(at(rest, i, i) * (1 - at(all.weights, i, 0)) - at(all.weights, i, i)) < 1e-5);
  }
}

TEST_CASE("Direct effects add up to the logit, and to the difference of two", "[models]") {
  int compared = 0;
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    const ModelRun run(model, fixture.input());
    if (!model.predicts_tokens()) continue;
    const ArchitectureConfig& a = model.architecture();
    if (!a.head->transforms.empty()) {
      CHECK_THROWS_WITH(run.direct_effects(0, 1, {}),
                        "the head of class " + a.architecture +
                            " has layers of its own, so that its logits are no sum of direct effects");
      continue;
    }
    ++compared;
    const auto layers = static_cast<Index>(a.main_stack().blocks.size());
    const double cap = a.head->softcap;
    const auto total = [](const DirectEffects& effects) {
      double sum = effects.embedding + effects.constant;
      for (const double each : effects.feed_forward) sum += each;
      for (const auto* lists : {&effects.heads, &effects.cross_heads})
        for (const std::vector<double>& layer : *lists) sum += std::reduce(layer.begin(), layer.end(), 0.0);
      return sum;
    };
    for (const Index position : {Index{0}, Index{4}, Index{10}}) {
      const std::vector<TokenPrediction> all = run.most_likely(layers, position, 3);
      const double scale = std::max(1.0, std::abs(all[0].logit));
      const DirectEffects one = run.direct_effects(position, all[0].id, {});
      REQUIRE(static_cast<Index>(one.heads.size()) == layers);
      CHECK(one.cross_heads.size() == (a.encoder ? one.heads.size() : 0));
      CHECK(std::abs(total(one) - one.logit) < 1e-9 * scale);
      REQUIRE(static_cast<Index>(one.layers.size()) == layers);
      const double of_layers = std::reduce(one.layers.begin(), one.layers.end(), 0.0);
      CHECK(std::abs(one.embedding + one.constant + of_layers - one.logit) < 1e-9 * scale);
      const double capped = cap > 0 ? cap * std::tanh(one.logit / cap) : one.logit;
      CHECK(std::abs(capped - all[0].logit) < 1e-4 * scale);
      const DirectEffects two = run.direct_effects(position, all[0].id, all[2].id);
      CHECK(std::abs(total(two) - two.logit) < 1e-9 * scale);
      if (cap == 0) CHECK(std::abs(two.logit - (all[0].logit - all[2].logit)) < 1e-4 * scale);
    }
  }
  CHECK(compared >= 30);
}

TEST_CASE("A head that is off has no direct effect", "[models]") {
  const LoadedFixture fixture("llama");
  Interventions off;
  off.ablate.push_back({.layer = 1, .head = 2});
  const ModelRun run(fixture.model(), fixture.input(), off);
  const DirectEffects effects = run.direct_effects(7, 3, {});
  CHECK(effects.heads[1][2] == 0);
  CHECK(effects.heads[1][1] != 0);
  CHECK(std::abs(effects.logit - run.predictions(2, 7, std::vector<Index>{3}).front().logit) < 1e-4);
}

TEST_CASE("Rollout is a row of the product of all layers' mean weights with the identity", "[models]") {
  for (const std::string name : {"gpt2", "bert", "vit", "t5", "mistral_window"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    for (const AttentionShape& shape : run.attentions()) {
      if (shape.kind == AttentionKind::kCross) continue;
      const Index n = shape.keys;
      std::vector<double> product(static_cast<std::size_t>(n * n));
      for (Index i = 0; i < n; ++i) product[static_cast<std::size_t>(i * n + i)] = 1;
      for (Index layer = 0; layer < static_cast<Index>(shape.heads.size()); ++layer) {
        const Tensor<float> mean = run.mean_of_heads(shape.kind, layer).weights;
        std::vector<double> next(product.size());
        for (Index i = 0; i < n; ++i)
          for (Index k = 0; k < n; ++k) {
            const double mixed = (at(mean, i, k) + (i == k ? 1 : 0)) / 2;
            for (Index j = 0; j < n; ++j)
              next[static_cast<std::size_t>(i * n + j)] += mixed * product[static_cast<std::size_t>(k * n + j)];
          }
        product = std::move(next);
      }
      for (const Index position : {Index{0}, n / 2, n - 1}) {
        const Tensor<float> row = run.rollout(shape.kind, position);
        double worst = 0;
        for (Index j = 0; j < n; ++j)
          worst = std::max(worst, std::abs(double{row.data[static_cast<std::size_t>(j)]} -
                                           product[static_cast<std::size_t>(position * n + j)]));
        CHECK(worst < 1e-5);
      }
    }
  }
}

TEST_CASE("What a query gives in each head is its row of each head", "[models]") {
  for (const std::string name : {"llama", "bart", "dinov2", "bloom"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    for_each_head(run, [&](const AttentionShape& shape, Index layer, Index head) {
      const Index query = shape.queries / 2;
      const Tensor<float> rows = run.weights_of_query(shape.kind, layer, query);
      const Tensor<float> weights = run.head(shape.kind, layer, head).weights;
      for (Index j = 0; j < shape.keys; ++j) CHECK(double{rows.head(0, head)[j]} == at(weights, query, j));
    });
  }
}

TEST_CASE("Runs diverge where something was changed, and from there on", "[models]") {
  const LoadedFixture fixture("gpt2");
  const ModelRun plain(fixture.model(), fixture.input());
  const AttentionKind kind = AttentionKind::kDecoder;
  for (const double divergence : plain.divergence_from(plain, kind, 1)) CHECK(divergence == 0);
  Interventions off;
  off.ablate.push_back({.layer = 0, .head = 0});
  const ModelRun changed(fixture.model(), fixture.input(), off);
  for (const double divergence : plain.divergence_from(changed, kind, 0)) CHECK(divergence == 0);
  for (const double divergence : plain.divergence_from(changed, kind, 1)) {
    CHECK(divergence > 0);
    CHECK(divergence <= std::log(2.0));
  }
}

TEST_CASE("An image is run as a text is, and its classes are those of the pass", "[models]") {
  for (const std::string name : {"vit", "dinov2"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const ModelRun run(fixture.model(), fixture.input());
    const Tensor<float> logits = fixture.model().forward(fixture.input()).logits;
    const std::vector<TokenPrediction> all =
        run.most_likely(static_cast<Index>(run.attentions()[0].heads.size()), 0, 100);
    REQUIRE(static_cast<Index>(all.size()) == logits.shape.dim);
    for (const TokenPrediction& each : all)
      CHECK(std::abs(each.logit - double{logits.data[static_cast<std::size_t>(each.id)]}) < 1e-5);
  }
}
