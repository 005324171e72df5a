// Models whose files were changed: each is refused with the reason, or runs; the sanitizers watch over both.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "../support/model_fixture.h"
#include "heed/io/detail/json.h"
#include "heed/model/load_model.h"

using namespace heed;
using Catch::Matchers::ContainsSubstring;
using heed::test::ModelFixture;

namespace {

/// Loads and runs a model on whatever input is of its kind. Returns the reason where it is refused, else "".
std::string attempt(const ModelFiles& files) {
  try {
    const LoadedModel loaded = load_model(files);
    const ArchitectureConfig& architecture = loaded.model.architecture();
    const std::vector<std::int32_t> ids{3, 1, 4};
    const std::vector<float> pixels(3 * 24 * 24, 0.5F);
    ForwardInput input;
    if (architecture.kind == ModelKind::kImage)
      input.pixels = {pixels.data(), {1, 3, 24, 24}};
    else
      input.ids = ids;
    if (architecture.kind == ModelKind::kEncoderDecoder) input.decoder_ids = ids;
    ForwardRequest request;
    request.all_attentions = true;
    request.hidden_states = true;
    (void)loaded.model.forward(input, request);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

/// What a hostile configuration may have in place of a field's value.
std::vector<Json> hostile_values() {
  return {nullptr,
          true,
          false,
          "",
          "text",
          -1,
          0,
          1,
          3,
          7,
          1000000,
          std::uint64_t{1} << 60,
          -9223372036854775807,
          0.5,
          -0.5,
          1e300,
          1e39,
          1e-39,
          Json::array(),
          Json::object(),
          Json::array({-1}),
          Json::array({"text"})};
}

/// A quarter of them, another one each time: with all for each field, the test would take minutes under the sanitizers.
std::vector<Json> next_hostile_values() {
  static const std::vector<Json> all = hostile_values();
  static std::size_t turn = 0;
  std::vector<Json> some;
  for (std::size_t i = turn++ % 4; i < all.size(); i += 4) some.push_back(all[i]);
  return some;
}

}  // namespace

TEST_CASE("Every field of every configuration may hold anything", "[models][hostile]") {
  for (const std::string& name : ModelFixture::supported()) {
    const ModelFixture fixture(name);
    const ModelFiles files = read_model_files(fixture.files());
    const Json config = parse_json(files.config, name);
    int refused = 0;
    const auto change = [&](const Json& changed, const std::string& field) {
      INFO(name << ": " << field << " is " << changed.dump().substr(0, 60));
      ModelFiles other = files;
      other.config = changed.dump();
      CHECK_NOTHROW(refused += attempt(other).empty() ? 0 : 1);
    };
    for (const auto& [field, value] : config.items()) {
      for (const Json& hostile : next_hostile_values()) {
        Json changed = config;
        changed[field] = hostile;
        change(changed, field);
        if (!value.is_object()) continue;
        for (const auto& [inner, _] : value.items()) {
          changed = config;
          changed[field][inner] = hostile;
          change(changed, field + "." + inner);
        }
      }
      Json without = config;
      without.erase(field);
      change(without, field);
    }
    CHECK(refused > 20);
  }
}

TEST_CASE("Tensors that are missing, of another shape or type, or hold NaN are named", "[models][hostile]") {
  for (const std::string& name : ModelFixture::supported()) {
    const ModelFixture fixture(name);
    const ModelFiles files = read_model_files(fixture.files());
    int missed = 0;
    for (const auto& [tensor, stored] : files.tensors) {
      INFO(name << ": " << tensor);
      const auto reason = [&](auto change) {
        ModelFiles changed = files;
        change(changed.tensors.at(tensor));
        return attempt(changed);
      };
      ModelFiles without = files;
      without.tensors.erase(tensor);
      const std::string missing = attempt(without);
      // A tensor may be one that the model does not use, or tied to another.
      if (missing.empty()) {
        CHECK(reason([](StoredTensor&) {}).empty());
        continue;
      }
      ++missed;
      CHECK_THAT(missing, ContainsSubstring("no tensor"));

      const std::string shape = reason([](StoredTensor& t) {
        const std::size_t row = t.bytes.size() / static_cast<std::size_t>(t.shape.at(0));
        --t.shape[0];
        t.bytes = t.bytes.first(t.bytes.size() - row);
      });
      // What is called gamma here may be called weight in the error.
      const std::string suffix = tensor.substr(0, tensor.rfind('.'));
      CHECK_THAT(shape, ContainsSubstring(suffix));
      CHECK_THAT(shape, ContainsSubstring("shape"));
      const std::string type = reason([](StoredTensor& t) { t.type = ElementType::kI32; });
      CHECK_THAT(type, ContainsSubstring(suffix));

      std::vector<std::byte> spoilt(stored.bytes.begin(), stored.bytes.end());
      std::fill(spoilt.end() - 4, spoilt.end(), std::byte{0xFF});
      const std::string nan = reason([&](StoredTensor& t) { t.bytes = spoilt; });
      CHECK_THAT(nan, ContainsSubstring(suffix));
      CHECK_THAT(nan, ContainsSubstring("NaN"));
    }
    CHECK(missed > 10);
  }
}

TEST_CASE("Layers of more numbers than can be counted are refused, not wrapped", "[models][memory]") {
  // With 65,536 tokens a layer of 65,536 columns has 2^32 numbers: none, on 32 bits. Other computers may have that much memory.
  if constexpr (sizeof(Index) > 4) return;
  constexpr Index kTokens = 1 << 16;
  const auto refusal = [&](Index heads, Index key_value_heads, Index head_dim, Index inner) {
    const Json config{{"model_type", "mistral"},
                      {"architectures", {"MistralForCausalLM"}},
                      {"hidden_size", 2},
                      {"intermediate_size", inner},
                      {"num_attention_heads", heads},
                      {"num_key_value_heads", key_value_heads},
                      {"head_dim", head_dim},
                      {"num_hidden_layers", 1},
                      {"max_position_embeddings", kTokens},
                      {"sliding_window", 1},
                      {"tie_word_embeddings", true},
                      {"vocab_size", 2}};
    const std::string layer = "model.layers.0.";
    const std::map<std::string, std::vector<Index>> shapes{
        {"model.embed_tokens.weight", {2, 2}},
        {"model.norm.weight", {2}},
        {layer + "input_layernorm.weight", {2}},
        {layer + "post_attention_layernorm.weight", {2}},
        {layer + "self_attn.q_proj.weight", {heads * head_dim, 2}},
        {layer + "self_attn.k_proj.weight", {key_value_heads * head_dim, 2}},
        {layer + "self_attn.v_proj.weight", {key_value_heads * head_dim, 2}},
        {layer + "self_attn.o_proj.weight", {2, heads * head_dim}},
        {layer + "mlp.gate_proj.weight", {inner, 2}},
        {layer + "mlp.up_proj.weight", {inner, 2}},
        {layer + "mlp.down_proj.weight", {2, inner}}};
    const std::vector<std::byte> zeros(1 << 18);
    ModelFiles files;
    files.config = config.dump();
    for (const auto& [name, shape] : shapes) {
      const auto bytes = static_cast<std::size_t>(2 * elements_of(shape));
      REQUIRE(bytes <= zeros.size());
      files.tensors[name] = {ElementType::kF16, shape, std::span(zeros).first(bytes)};
    }
    const LoadedModel loaded = load_model(std::move(files));
    const std::vector<std::int32_t> ids(kTokens);
    try {
      (void)loaded.model.forward({.ids = ids}, {});
    } catch (const OutOfMemory& error) {
      return std::string(error.what());
    }
    return std::string("computed");
  };
  CHECK_THAT(refusal(32, 16, 1024, 2), ContainsSubstring("the projections of shape (1, 1, 65536, 65536)"));
  CHECK_THAT(refusal(1, 1, 2, 1 << 15),
             ContainsSubstring("the feed-forward network's hidden layer of shape (1, 1, 65536, 65536)"));
}
