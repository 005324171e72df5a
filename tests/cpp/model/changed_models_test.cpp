// Models that differ from a fixture in a way whose result is known: other names for the same weights, weights multiplied out by
// hand, padding that nothing may see.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <functional>
#include <list>

#include "../support/loaded_fixture.h"
#include "../support/random_tensor.h"
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
