// Models that differ from a fixture in a way whose result is known: other names for the same weights, weights multiplied out by
// hand, padding that nothing may see.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <functional>
#include <list>

#include "../support/loaded_fixture.h"
#include "../support/random_tensor.h"
#include "heed/model/layers/detail/resize_grid.h"
#include "heed/tensor/half.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;
using heed::test::output_of;
using heed::test::random_tensor;
using heed::test::relative_difference;

namespace {

/// A fixture's files, to be changed, with the tensors that are added.
struct ChangedModel {
  explicit ChangedModel(const std::string& name)
      : fixture(name), files(read_model_files(fixture.files())), config(Json::parse(files.config)) {}

  /// A tensor as float32.
  [[nodiscard]] std::vector<float> numbers(const std::string& name) const {
    const StoredTensor& tensor = files.tensors.at(name);
    std::vector<float> numbers(static_cast<std::size_t>(elements_of(tensor.shape)));
    widen(tensor.type, tensor.bytes, numbers);
    return numbers;
  }

  void set(const std::string& name, std::vector<Index> shape, std::vector<float> numbers) {
    added.push_back(std::move(numbers));
    files.tensors[name] = {ElementType::kF32, std::move(shape), std::as_bytes(std::span(added.back()))};
  }

  [[nodiscard]] LoadedModel load() const {
    ModelFiles changed = files;
    changed.config = config.dump();
    return load_model(std::move(changed));
  }

  ModelFixture fixture;
  ModelFiles files;
  Json config;
  std::list<std::vector<float>> added;
};

/// (rows × inner) times (inner × columns), row-major.
std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, Index rows, Index columns) {
  const Index inner = static_cast<Index>(a.size()) / rows;
  std::vector<float> result(static_cast<std::size_t>(rows * columns));
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) {
      double sum = 0;
      for (Index k = 0; k < inner; ++k)
        sum +=
            double{a[static_cast<std::size_t>(i * inner + k)]} * double{b[static_cast<std::size_t>(k * columns + j)]};
      result[static_cast<std::size_t>(i * columns + j)] = static_cast<float>(sum);
    }
  return result;
}

std::vector<float> transposed(const std::vector<float>& a, Index rows) {
  const Index columns = static_cast<Index>(a.size()) / rows;
  std::vector<float> result(a.size());
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j)
      result[static_cast<std::size_t>(j * rows + i)] = a[static_cast<std::size_t>(i * columns + j)];
  return result;
}

std::vector<float> some_numbers(Index count, std::uint32_t seed) {
  RandomState random(seed);
  return random_tensor(random, {1, 1, 1, count}, 0.3).data;
}

const std::vector<std::int32_t> kIds{5, 9, 2, 200, 31, 7, 7, 44};

}  // namespace

TEST_CASE("A tied head is the table of tokens, unless the file has other numbers for it", "[models]") {
  const ChangedModel plain("gpt2");
  const LoadedModel tied = plain.load();
  REQUIRE(plain.config["tie_word_embeddings"] != false);
  const std::vector<float> logits = tied.model.forward({.ids = kIds}).logits.data;
  const std::vector<float> table = plain.numbers("wte.weight");

  ChangedModel equal("gpt2");
  equal.files.tensors["lm_head.weight"] = equal.files.tensors.at("wte.weight");
  const LoadedModel with_equal = equal.load();
  CHECK(with_equal.model.forward({.ids = kIds}).logits.data == logits);
  CHECK(with_equal.model.parameters() == tied.model.parameters());

  ChangedModel only("gpt2");
  only.files.tensors["lm_head.weight"] = only.files.tensors.at("wte.weight");
  only.files.tensors.erase("wte.weight");
  CHECK(only.load().model.forward({.ids = kIds}).logits.data == logits);

  // Twice the numbers make twice the logits, and nothing else.
  ChangedModel own("gpt2");
  std::vector<float> twice = table;
  for (float& number : twice) number *= 2;
  own.set("lm_head.weight", {256, 48}, twice);
  const std::vector<float> of_own = own.load().model.forward({.ids = kIds}).logits.data;
  REQUIRE(of_own.size() == logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) CHECK(of_own[i] == 2 * logits[i]);
}

TEST_CASE("OPT with embeddings of another width projects them in, and its last hidden state out", "[models]") {
  constexpr Index kWidth = 48;
  constexpr Index kEmbedding = 20;
  constexpr Index kVocabulary = 256;
  const bool norms_first = GENERATE(true, false);
  CAPTURE(norms_first);
  const std::string base = "model.decoder.";
  const std::vector<float> table = some_numbers(kVocabulary * kEmbedding, 1);
  const std::vector<float> in = some_numbers(kWidth * kEmbedding, 2);
  const std::vector<float> out = some_numbers(kEmbedding * kWidth, 3);

  ChangedModel narrow("opt");
  narrow.config["do_layer_norm_before"] = norms_first;
  narrow.config["word_embed_proj_dim"] = kEmbedding;
  narrow.set(base + "embed_tokens.weight", {kVocabulary, kEmbedding}, table);
  narrow.set(base + "project_in.weight", {kWidth, kEmbedding}, in);
  narrow.set(base + "project_out.weight", {kEmbedding, kWidth}, out);

  // The same, multiplied out: a table of full width for tokens, and another one for logits.
  ChangedModel wide("opt");
  wide.config["do_layer_norm_before"] = norms_first;
  wide.config["tie_word_embeddings"] = false;
  wide.set(base + "embed_tokens.weight", {kVocabulary, kWidth},
           product(table, transposed(in, kWidth), kVocabulary, kWidth));
  wide.set("lm_head.weight", {kVocabulary, kWidth}, product(table, out, kVocabulary, kWidth));

  const LoadedModel narrow_model = narrow.load();
  const LoadedModel wide_model = wide.load();
  ForwardRequest request;
  request.hidden_states = true;
  request.details = {0, 1};
  const ForwardResult found = narrow_model.model.forward({.ids = kIds}, request);
  const ForwardResult expected = wide_model.model.forward({.ids = kIds}, request);
  constexpr double kRounding = 1e-5;  // float32, a few sums of 48 more
  CHECK(relative_difference(expected.logits, found.logits) < kRounding);
  const auto& states = found.decoder.hidden_states;
  REQUIRE(states.size() == 3);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(relative_difference(expected.decoder.hidden_states[i], states[i]) < kRounding);
  const Tensor<float> last({1, 1, static_cast<Index>(kIds.size()), kEmbedding},
                           product(expected.decoder.hidden_states[2].data, transposed(out, kEmbedding),
                                   static_cast<Index>(kIds.size()), kEmbedding));
  CHECK(relative_difference(last, states[2]) < kRounding);
  for (const Index layer : {0, 1, 2})
    CHECK(relative_difference(wide_model.model.logits_at_layer(expected, layer, 3),
                              narrow_model.model.logits_at_layer(found, layer, 3)) < kRounding);
  const DirectEffects effects = narrow_model.model.direct_effects(found, 5, 17, {});
  const DirectEffects same = wide_model.model.direct_effects(expected, 5, 17, {});
  CHECK(std::abs(effects.logit - same.logit) < kRounding * std::abs(same.logit));
  CHECK(std::abs(effects.heads[1][2] - same.heads[1][2]) < 1e-4 * std::abs(same.logit));
  CHECK(std::abs(effects.logit - double{found.logits.data[5 * kVocabulary + 17]}) < 1e-4 * std::abs(effects.logit));

  // Without its head, the model gives what the decoder gives.
  narrow.config["architectures"] = {"OPTModel"};
  const ForwardResult bare = narrow.load().model.forward({.ids = kIds});
  CHECK(relative_difference(states[2], bare.last_hidden_state) == 0);
}

TEST_CASE("Fields that transformers does not read in a family change nothing there", "[models]") {
  const auto logits_of = [](const std::string& name, const std::function<void(Json&)>& change) {
    ChangedModel model(name);
    change(model.config);
    return model.load().model.forward({.ids = kIds}).logits.data;
  };
  // Gemma reads hidden_act, its successors hidden_activation.
  const std::vector<float> gemma = logits_of("gemma", [](Json&) {});
  CHECK(logits_of("gemma", [](Json& c) { c["hidden_activation"] = "relu"; }) == gemma);
  CHECK(logits_of("gemma", [](Json& c) { c["hidden_act"] = "relu"; }) != gemma);
  for (const char* name : {"gemma2", "gemma3"}) {
    const std::vector<float> plain = logits_of(name, [](Json&) {});
    CHECK(logits_of(name, [](Json& c) { c["hidden_act"] = "relu"; }) == plain);
    CHECK(logits_of(name, [](Json& c) { c["hidden_activation"] = "relu"; }) != plain);
  }
}

TEST_CASE("Older names in a configuration mean what newer ones do", "[models]") {
  const auto result_of = [](const std::string& name, const std::function<void(Json&)>& change) {
    ChangedModel model(name);
    change(model.config);
    const LoadedModel loaded = model.load();
    ForwardInput input{.ids = kIds};
    if (loaded.model.architecture().encoder && loaded.model.architecture().decoder) input.decoder_ids = kIds;
    const ForwardResult result = loaded.model.forward(input);
    return result.logits.data.empty() ? result.last_hidden_state.data : result.logits.data;
  };
  const std::vector<float> t5 = result_of("t5", [](Json&) {});
  CHECK(result_of("t5", [](Json& c) { c["architectures"] = {"T5WithLMHeadModel"}; }) == t5);
  // Without a theta of their own, layers with a window turn as the others do.
  const auto turned = [&](const Json& local) {
    return result_of("modernbert", [&](Json& c) {
      c.erase("rope_parameters");
      c["global_rope_theta"] = 500;
      c["local_rope_theta"] = local;
    });
  };
  CHECK(turned(nullptr) == turned(500));
  CHECK(turned(nullptr) != turned(10000));
}

TEST_CASE("DeBERTa's scale counts the terms that are named, also without relative positions", "[models]") {
  ChangedModel model("deberta_v2");
  model.config["relative_attention"] = false;
  model.config["position_biased_input"] = true;
  const auto scale_with = [&](const Json& terms) {
    model.config["pos_att_type"] = terms;
    model.set("deberta.embeddings.position_embeddings.weight", {64, 48}, some_numbers(64 * 48, 4));
    return model.load().model.architecture().encoder->blocks.front().attention.scale;
  };
  CHECK(scale_with({"c2p", "p2c"}) == 1 / std::sqrt(3.0 * 12));
  CHECK(scale_with({"p2c"}) == 1 / std::sqrt(2.0 * 12));
  CHECK(scale_with(Json::array()) == 1 / std::sqrt(12.0));
}

TEST_CASE("Grids are resized as PyTorch resizes them", "[models]") {
  // torch.nn.functional.interpolate(x, size, mode="bicubic", align_corners=False) of numbers (7 i mod 11) − 4 + (i mod 3) / 4.
  struct Case {
    GridSize from;
    GridSize to;
    Index width = 1;
    std::vector<float> expected;
  };
  const std::vector<Case> cases{
      {{3, 3}, {4, 5}, 2, {-5.05779314F,  3.12955523F,  -3.17964864F,  5.00055361F,   -0.356445193F, 6.14355469F,
                           1.63540137F,   1.75155485F,  2.65755463F,   -2.0764451F,   2.43204689F,   1.92643011F,
                           -0.149365574F, 3.88443995F,  -2.76806641F,  4.94042969F,   -0.68707937F,  -0.191169977F,
                           1.57044518F,   -4.60408211F, 5.72355175F,   0.04557053F,   3.51454687F,   1.6311717F,
                           0.5234375F,    3.05957007F,  -0.561061323F, 1.09345675F,   -0.80696106F,  -0.816031039F,
                           2.44464922F,   -1.15755475F, 5.17163706F,   -0.135400668F, 7.14599609F,   1.85644555F,
                           1.92263865F,   4.67965031F,  -2.76135182F,  6.55779409F}},
      {{4, 2}, {2, 3}, 1, {-3.18801618F, 1.41015625F, 6.00832701F, 4.291749F, 1.52734375F, -1.23705983F}},
      {{1, 1}, {2, 2}, 1, {-4, -4, -4, -4}}};
  for (const auto& [from, to, width, expected] : cases) {
    CAPTURE(from.rows, from.columns, to.rows, to.columns);
    std::vector<float> cells(static_cast<std::size_t>(from.rows * from.columns * width));
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = static_cast<float>(i * 7 % 11) - 4 + 0.25F * static_cast<float>(i % 3);
    const MatrixView<const float> given{cells.data(), from.rows * from.columns, width, width};
    std::vector<float> resized(expected.size());
    resize_grid(given, from, {resized.data(), to.rows * to.columns, width, width}, to);
    // PyTorch computes in float32: some units in the last place of numbers up to 7.
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(resized[i] - expected[i]) < 4e-6F);
    // To its own size, a grid stays as it is.
    std::vector<float> same(cells.size());
    resize_grid(given, from, {same.data(), given.rows, width, width}, from);
    CHECK(same == cells);
    CHECK_THROWS_AS(resize_grid(given, {from.rows + 1, from.columns}, {same.data(), given.rows, width, width}, from),
                    std::invalid_argument);
    CHECK_THROWS_AS(resize_grid(given, from, {resized.data(), 0, width, width}, {0, to.columns}),
                    std::invalid_argument);
  }
}

TEST_CASE("DINOv2 takes images of other sizes, and resizes its grid of positions", "[models]") {
  constexpr Index kWidth = 48;
  const LoadedFixture fixture("dinov2");
  RandomState random(5);
  const auto pixels = random_tensor(random, {1, 3, 36, 30});
  // The same model as if it had been trained on 6 × 5 patches, with the table resized beforehand.
  ChangedModel other("dinov2");
  const std::string name = "dinov2.embeddings.position_embeddings";
  const std::vector<float> table = other.numbers(name);
  REQUIRE(table.size() == 17 * kWidth);
  std::vector<float> resized(31 * kWidth);
  std::copy_n(table.begin(), kWidth, resized.begin());
  resize_grid({table.data() + kWidth, 16, kWidth, kWidth}, {4, 4}, {resized.data() + kWidth, 30, kWidth, kWidth},
              {6, 5});
  other.set(name, {1, 31, kWidth}, resized);
  other.config["image_size"] = {36, 30};
  const auto last_state = [](const Model& model, const Tensor<float>& image) {
    ForwardRequest request;
    request.hidden_states = true;
    return model.forward({.pixels = image}, request).encoder.hidden_states.back();
  };
  const LoadedModel of_that_size = other.load();
  const Tensor<float> expected = last_state(of_that_size.model, pixels);
  const Tensor<float> found = last_state(fixture.model(), pixels);
  CHECK(found.shape == Shape{1, 1, 31, kWidth});
  CHECK(found.data == expected.data);

  // Pixels that fill no patch are not read.
  auto larger = random_tensor(random, {1, 3, 40, 35});
  for (Index channel = 0; channel < 3; ++channel)
    for (Index y = 0; y < 36; ++y)
      std::copy_n(pixels.data.begin() + (channel * 36 + y) * 30, 30, larger.data.begin() + (channel * 40 + y) * 35);
  CHECK(last_state(fixture.model(), larger).data == expected.data);
}

TEST_CASE("Tokens after the text that the mask hides change nothing of what decoders compute", "[models]") {
  int compared = 0;
  for (const std::string& name : ModelFixture::names()) {
    const LoadedFixture fixture(name);
    const ArchitectureConfig& architecture = fixture.model().architecture();
    if (architecture.kind != ModelKind::kDecoder) continue;
    CAPTURE(name);
    ++compared;
    const Tensor<float> alone = output_of(fixture.model().forward({.ids = kIds}));
    std::vector<std::int32_t> padded = kIds;
    padded.insert(padded.end(), {3, 3, 3});
    std::vector<std::uint8_t> mask(kIds.size(), 1);
    mask.resize(padded.size(), 0);
    Tensor<float> output = output_of(fixture.model().forward({.ids = padded, .attention_mask = mask}));
    output.shape.length = alone.shape.length;
    output.data.resize(alone.data.size());
    CHECK(relative_difference(alone, output) < 1e-5);
  }
  CHECK(compared > 20);
}

TEST_CASE("Tokens before the text that the mask hides change nothing where positions are relative", "[models]") {
  // Those whose positions are turns or biases of distances; and OPT, which counts visible tokens.
  for (const char* name : {"llama", "mistral_window", "gemma2", "gemma3", "qwen3", "gpt_neox", "gptj", "phi", "falcon",
                           "stablelm", "cohere", "olmo2", "bloom", "mpt", "opt"}) {
    const LoadedFixture fixture(name);
    CAPTURE(name);
    const Tensor<float> alone = output_of(fixture.model().forward({.ids = kIds}));
    std::vector<std::int32_t> padded{3, 3, 3};
    std::vector<std::uint8_t> mask(padded.size(), 0);
    padded.insert(padded.end(), kIds.begin(), kIds.end());
    mask.resize(padded.size(), 1);
    const Tensor<float> all = output_of(fixture.model().forward({.ids = padded, .attention_mask = mask}));
    Tensor<float> output(alone.shape);
    std::copy_n(all.data.end() - static_cast<std::ptrdiff_t>(alone.data.size()), alone.data.size(),
                output.data.begin());
    CHECK(relative_difference(alone, output) < 1e-4);

    // The same token by token, with a cache.
    KeyValueCache cache(fixture.model().architecture(), static_cast<Index>(padded.size()));
    Tensor<float> last;
    for (std::size_t i = 0; i < padded.size(); ++i)
      last = output_of(fixture.model().forward(
          {.ids = std::span(padded).subspan(i, 1), .attention_mask = std::span(mask).first(i + 1), .cache = &cache}));
    Tensor<float> expected(last.shape);
    std::copy_n(alone.data.end() - static_cast<std::ptrdiff_t>(last.data.size()), last.data.size(),
                expected.data.begin());
    CHECK(relative_difference(expected, last) < 1e-4);
  }
}
