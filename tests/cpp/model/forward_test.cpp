// What a forward pass keeps and changes, on every fixture: both ways of attention, parts of it recomputed, the cache, and
// interventions.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <numeric>

#include "../support/loaded_fixture.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;
using heed::test::output_of;
using heed::test::relative_difference;

namespace {

/// Two float32 evaluations that add up in another order: each is within some 1e-6 of the largest value.
constexpr double kOrder = 1e-5;

ForwardRequest everything() {
  ForwardRequest request;
  request.all_attentions = true;
  request.hidden_states = true;
  return request;
}

std::vector<Index> all_layers(const Model& model) {
  std::vector<Index> layers(model.architecture().main_stack().blocks.size());
  std::iota(layers.begin(), layers.end(), 0);
  return layers;
}

Tensor<float> rows(const Tensor<float>& tensor, Index first, Index count) {
  const auto begin = tensor.data.begin() + first * tensor.shape.dim;
  return {{1, 1, count, tensor.shape.dim}, std::vector<float>(begin, begin + count * tensor.shape.dim)};
}

const std::vector<AttentionRecord>& main_records(const Model& model, const ForwardResult& result) {
  return model.architecture().decoder ? result.decoder.attentions : result.encoder.attentions;
}

}  // namespace

TEST_CASE("A pass that keeps no attention computes the same", "[models]") {
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    ForwardRequest states;
    states.hidden_states = true;
    const ForwardResult kept = fixture.model().forward(fixture.input(), everything());
    const ForwardResult streamed = fixture.model().forward(fixture.input(), states);
    CHECK(relative_difference(output_of(kept), output_of(streamed)) < kOrder);
    CHECK(main_records(fixture.model(), streamed).front().weights.data.empty());
    ThreadPool pool(3);
    states.pool = &pool;
    const ForwardResult shared = fixture.model().forward(fixture.input(), states);
    CHECK(relative_difference(output_of(kept), output_of(shared)) < kOrder);
  }
}

TEST_CASE("Blocks and thumbnails of weights are recomputed from what a pass keeps of a layer", "[models]") {
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    ForwardRequest request = everything();
    request.details = all_layers(model);
    const ForwardResult result = model.forward(fixture.input(), request);
    const std::vector<AttentionRecord>& records = main_records(model, result);
    double worst = 0;
    double worst_thumbnail = 0;
    for (std::size_t layer = 0; layer < records.size(); ++layer) {
      const Tensor<float>& weights = records[layer].weights;
      const Shape& shape = weights.shape;
      for (Index head = 0; head < shape.heads; ++head) {
        const WeightsBlock block{
            .head = head, .row = 2, .rows = shape.length - 3, .column = 1, .columns = shape.dim - 2};
        const Tensor<float> part =
            model.attention_weights(result, model.main_attention(), static_cast<Index>(layer), block);
        for (Index i = 0; i < block.rows; ++i)
          for (Index j = 0; j < block.columns; ++j)
            worst = std::max(worst, std::abs(double{part.head(0, 0)[i * block.columns + j]} -
                                             weights.head(0, head)[(i + 2) * shape.dim + j + 1]));
        const Tensor<float> thumbnail =
            model.attention_thumbnail(result, model.main_attention(), static_cast<Index>(layer), head, 5, 4);
        for (Index cell = 0; cell < thumbnail.shape.size(); ++cell) {
          const Index row = cell / thumbnail.shape.dim * 5;
          const Index column = cell % thumbnail.shape.dim * 4;
          float largest = 0;
          for (Index i = row; i < std::min(row + 5, shape.length); ++i)
            for (Index j = column; j < std::min(column + 4, shape.dim); ++j)
              largest = std::max(largest, weights.head(0, head)[i * shape.dim + j]);
          worst_thumbnail = std::max(
              worst_thumbnail, std::abs(double{thumbnail.data[static_cast<std::size_t>(cell)]} - double{largest}));
        }
      }
    }
    // exp(s − lse) of logits up to some ten is off by the rounding of their difference, 1e-6.
    CHECK(worst < 1e-5);
    CHECK(worst_thumbnail < 1e-5);
  }
}

TEST_CASE("Tokens that follow those in a cache get what they get in one pass", "[models]") {
  for (const std::string& name : ModelFixture::names()) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    if (!model.architecture().decoder) continue;
    const bool has_encoder = model.architecture().encoder.has_value();
    const std::vector<std::int32_t>& tokens = has_encoder ? fixture.decoder_ids : fixture.ids;
    const Tensor<float> whole = output_of(model.forward(fixture.input()));
    KeyValueCache cache(model.architecture(), static_cast<Index>(tokens.size()));
    Index first = 0;
    for (const Index count : {Index{4}, Index{1}, static_cast<Index>(tokens.size()) - 5}) {
      ForwardInput input = fixture.input();
      const std::span<const std::int32_t> part(tokens.data() + first, static_cast<std::size_t>(count));
      (has_encoder ? input.decoder_ids : input.ids) = part;
      if (has_encoder && first > 0) input.ids = {};
      input.cache = &cache;
      CHECK(relative_difference(rows(whole, first, count), output_of(model.forward(input))) < kOrder);
      first += count;
    }
    CHECK(cache.length() == static_cast<Index>(tokens.size()));
    // Cut back, it computes the last again.
    cache.truncate(first - 1);
    ForwardInput input = fixture.input();
    (has_encoder ? input.decoder_ids : input.ids) = std::span(tokens).last(1);
    if (has_encoder) input.ids = {};
    input.cache = &cache;
    CHECK(relative_difference(rows(whole, first - 1, 1), output_of(model.forward(input))) < kOrder);
  }
}

TEST_CASE("Details of a pass with a cache have the keys of all tokens, or leave them to the cache", "[models]") {
  const LoadedFixture fixture("llama");
  const Model& model = fixture.model();
  const auto length = static_cast<Index>(fixture.ids.size());
  ForwardRequest request;
  request.details = {0, 1};
  const ForwardResult whole = model.forward(fixture.input(), request);
  KeyValueCache cache(model.architecture(), length);
  ForwardInput input;
  input.cache = &cache;
  input.ids = std::span(fixture.ids).first(fixture.ids.size() - 1);
  (void)model.forward(input);
  input.ids = std::span(fixture.ids).last(1);
  const ForwardResult last = model.forward(input, request);
  CHECK(last.decoder.attentions[1].key.shape == whole.decoder.attentions[1].key.shape);
  const WeightsBlock of_last{.head = 2, .row = length - 1, .rows = 1, .columns = length};
  const WeightsBlock only{.head = 2, .rows = 1, .columns = length};
  CHECK(relative_difference(model.attention_weights(whole, AttentionKind::kDecoder, 1, of_last),
                            model.attention_weights(last, AttentionKind::kDecoder, 1, only)) < kOrder);

  cache.truncate(length - 1);
  request.detail_keys = false;
  const ForwardResult left = model.forward(input, request);
  CHECK(left.decoder.attentions[1].key.data.empty());
  CHECK(left.decoder.attentions[1].query.data == last.decoder.attentions[1].query.data);
  CHECK_THROWS_WITH(model.attention_weights(left, AttentionKind::kDecoder, 1, only),
                    "the record has no keys, as the cache has them; ask for detail_keys");
}

TEST_CASE("A pass keeps only the heads and logits that are asked for", "[models]") {
  const LoadedFixture fixture("llama");
  const Model& model = fixture.model();
  const ForwardResult all = model.forward(fixture.input(), everything());
  ForwardRequest request;
  request.logits = ForwardRequest::Logits::kLast;
  request.attentions = {{.layer = 1, .heads = {3, 0}}};
  const ForwardResult result = model.forward(fixture.input(), request);
  const auto length = static_cast<Index>(fixture.ids.size());
  CHECK(result.logits.shape == Shape{1, 1, 1, 256});
  CHECK(relative_difference(rows(all.logits, length - 1, 1), result.logits) < kOrder);
  CHECK(result.decoder.hidden_states.empty());
  CHECK(result.decoder.attentions[0].weights.data.empty());
  const Tensor<float>& kept = result.decoder.attentions[1].weights;
  REQUIRE(kept.shape == Shape{1, 2, length, length});
  double worst = 0;  // layer 0 was streamed here and kept there: the same up to the order of sums
  for (Index i = 0; i < length * length; ++i)
    for (const auto& [slot, head] : {std::pair<Index, Index>{0, 3}, {1, 0}})
      worst = std::max(
          worst, std::abs(double{kept.head(0, slot)[i]} - double{all.decoder.attentions[1].weights.head(0, head)[i]}));
  CHECK(worst < kOrder);
  request.logits = ForwardRequest::Logits::kNone;
  CHECK(model.forward(fixture.input(), request).logits.data.empty());
}

TEST_CASE("An ablated head adds nothing: the same as zeros in the output's columns", "[models]") {
  const LoadedFixture fixture("gpt2");
  const Model& model = fixture.model();
  ForwardRequest request = everything();
  request.details = {0, 1};
  const ForwardResult plain = model.forward(fixture.input(), request);
  request.interventions.ablate = {{.layer = 1, .head = 2}};
  const ForwardResult ablated = model.forward(fixture.input(), request);
  const HeadRows& output = ablated.decoder.attentions[1].head_output;
  const auto* second = output.head(2);
  CHECK(std::all_of(second, second + output.shape.length * output.shape.dim, [](float x) { return x == 0; }));
  // The layer's weights are what they were; what comes after it is not.
  CHECK(ablated.decoder.attentions[1].weights.data == plain.decoder.attentions[1].weights.data);
  CHECK(ablated.decoder.hidden_states[1].data == plain.decoder.hidden_states[1].data);
  CHECK(relative_difference(ablated.logits, plain.logits) > 1e-3);
}

TEST_CASE("A masked pair has weight 0 and the rest of its row is divided anew", "[models]") {
  for (const char* name : {"gpt2", "t5", "bert", "deberta_v2", "bloom"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const Model& model = fixture.model();
    ForwardRequest request = everything();
    request.details = {0};
    const ForwardResult plain = model.forward(fixture.input(), request);
    request.interventions.mask = {{.layer = 0, .head = 1, .query = 5, .key = 2},
                                  {.layer = 0, .head = 1, .query = 5, .key = 3}};
    const ForwardResult masked = model.forward(fixture.input(), request);
    const Tensor<float>& before = main_records(model, plain)[0].weights;
    const Tensor<float>& after = main_records(model, masked)[0].weights;
    const Index keys = before.shape.dim;
    const float* old_row = before.head(0, 1) + 5 * keys;
    const float* row = after.head(0, 1) + 5 * keys;
    const double left = 1 - double{old_row[2]} - double{old_row[3]};
    double worst = 0;
    for (Index j = 0; j < keys; ++j) {
      const double expected = j == 2 || j == 3 ? 0 : old_row[j] / left;
      worst = std::max(worst, std::abs(row[j] - expected));
    }
    CHECK(worst < 1e-6);
    CHECK(std::equal(old_row - 5 * keys, old_row, row - 5 * keys));  // other rows stay
    const Tensor<float> recomputed = model.attention_weights(
        masked, model.main_attention(), 0, {.head = 1, .row = 5, .rows = 1, .column = 0, .columns = keys});
    for (Index j = 0; j < keys; ++j) CHECK(std::abs(recomputed.data[static_cast<std::size_t>(j)] - row[j]) < 1e-5F);
    CHECK(relative_difference(output_of(plain), output_of(masked)) > 1e-5);
  }
}

TEST_CASE("A query that sees no key attends to all alike", "[models]") {
  const LoadedFixture fixture("gpt2");
  ForwardRequest request = everything();
  request.interventions.mask = {{.layer = 0, .head = 0, .query = 0, .key = 0}};
  const ForwardResult result = fixture.model().forward(fixture.input(), request);
  const Tensor<float>& weights = result.decoder.attentions[0].weights;
  for (Index j = 0; j < weights.shape.dim; ++j) CHECK(weights.data[static_cast<std::size_t>(j)] == 1.0F / 16);
}

TEST_CASE("Activations patched from another run carry its result over", "[models]") {
  const LoadedFixture fixture("llama");
  const Model& model = fixture.model();
  const ForwardResult source = model.forward(fixture.input(), everything());
  std::vector<std::int32_t> other_ids(fixture.ids.rbegin(), fixture.ids.rend());
  ForwardInput other = fixture.input();
  other.ids = other_ids;
  // All positions of one layer: from there on everything is the source's.
  ForwardRequest request = everything();
  const auto length = static_cast<Index>(fixture.ids.size());
  for (Index position = 0; position < length; ++position)
    request.interventions.patch.push_back(
        {.layer = 1, .position = position, .values = rows(source.decoder.hidden_states[1], position, 1).data});
  const ForwardResult patched = model.forward(other, request);
  CHECK(patched.logits.data == source.logits.data);
  CHECK(patched.decoder.hidden_states[0].data != source.decoder.hidden_states[0].data);
  // One position: nothing before it changes in a causal model.
  request.interventions.patch = {request.interventions.patch[7]};
  const ForwardResult one = model.forward(other, request);
  const ForwardResult plain = model.forward(other, everything());
  CHECK(rows(one.logits, 0, 7).data == rows(plain.logits, 0, 7).data);
  CHECK(rows(one.logits, 7, 1).data != rows(plain.logits, 7, 1).data);
}

TEST_CASE("A pass can be cancelled between layers", "[models]") {
  const LoadedFixture fixture("gpt2");
  ForwardRequest request;
  int asked = 0;
  request.is_cancelled = [&] { return ++asked == 2; };
  CHECK_THROWS_AS(fixture.model().forward(fixture.input(), request), Cancelled);
  CHECK(asked == 2);
}
