// Configurations, weights, inputs and requests that do not fit: refused with their names and values.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstring>
#include <limits>

#include "../support/loaded_fixture.h"
#include "heed/model/architecture/parse_fields.h"
#include "heed/model/families/family.h"

using namespace heed;
using Catch::Matchers::Message;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;

namespace {

/// What is said of a fixture whose configuration is changed.
std::string refusal(const std::string& name, const std::function<void(Json&)>& change) {
  const ModelFixture fixture(name);
  ModelFiles files = read_model_files(fixture.files());
  Json config = Json::parse(files.config);
  change(config);
  files.config = config.dump();
  try {
    (void)load_model(std::move(files));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "loaded";
}

std::string refusal(const std::string& name, const std::string& field, const Json& value) {
  return refusal(name, [&](Json& config) { config[field] = value; });
}

/// What is said of a fixture whose tensors are changed.
std::string refusal_of_tensors(const std::string& name,
                               const std::function<void(std::map<std::string, StoredTensor>&)>& change) {
  const ModelFixture fixture(name);
  ModelFiles files = read_model_files(fixture.files());
  change(files.tensors);
  try {
    (void)load_model(std::move(files));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "loaded";
}

}  // namespace

TEST_CASE("hostile configurations are refused with their fields and values", "[models]") {
  CHECK(refusal("llama", "num_hidden_layers", 1000000) ==
        "config.json: num_hidden_layers is 1000000; it must be a whole number from 1 to 1024");
  CHECK(refusal("llama", "vocab_size", std::int64_t{1} << 60) ==
        "config.json: vocab_size is 1152921504606846976; it must be a whole number from 1 to 16777216");
  CHECK(refusal("llama", "hidden_size", -48) ==
        "config.json: hidden_size is -48; it must be a whole number from 1 to 16777216");
  // Natively the tensors' sizes are refused then.
  if constexpr (sizeof(Index) == 4)
    CHECK(refusal("dinov2",
                  [](Json& config) {
                    config["hidden_size"] = 1 << 24;
                    config["num_attention_heads"] = 1;
                    config["mlp_ratio"] = 1000;
                  }) ==
          "config.json: mlp_ratio is 1000; it must be above 0 and below 1024; of a width of 16777216 it makes "
          "2147483647");
  CHECK(refusal("llama", "hidden_size", 0).starts_with("config.json: hidden_size is 0"));
  CHECK(refusal("llama", "hidden_size", "48").starts_with("config.json: hidden_size is \"48\""));
  CHECK(refusal("gpt2", "n_head", 5) == "config.json: n_head is 5; it must divide the width 48");
  CHECK(refusal("llama", "num_key_value_heads", 3) ==
        "config.json: num_key_value_heads is 3; it must divide num_attention_heads 4");
  CHECK(refusal("llama", "hidden_act", "mish") ==
        "config.json: hidden_act is \"mish\"; this activation function is not supported");
  CHECK(refusal("llama", [](Json& config) { config.erase("hidden_size"); }) == "config.json has no hidden_size");
  for (const char* name : {"llama", "gpt2", "qwen3"})
    CHECK(refusal(name, "is_causal", false) ==
          "config.json: is_causal is false; decoders whose tokens see those after them are not supported");
  CHECK(refusal("llama", "is_causal", true) == "loaded");
  CHECK(refusal("llama", "rms_norm_eps", "small").starts_with("config.json: rms_norm_eps is \"small\""));
  CHECK(refusal("llama", "rms_norm_eps", -1e-6) == "the epsilon of model.norm.weight is -1e-06; it must be at least 0");
  CHECK(refusal("t5", "relative_attention_num_buckets", 1)
            .starts_with("config.json: relative_attention_num_buckets is 1"));
  CHECK(refusal("vit", "patch_size", 25) == "config.json: patch_size is 25; it must be at most the image's 24 × 24");
  CHECK(refusal("gpt_neo", "attention_layers", Json::array({"global", "sparse", "global", "local"})) ==
        "config.json: attention_layers is a list of 4; it has sparse; supported: global, local");
  CHECK(refusal("gemma2", "layer_types", Json::array({"full_attention"})) ==
        "config.json: layer_types is a list of 1; it says nothing of layer 1");
  CHECK(refusal("smollm3", "no_rope_layers", Json::array({1})) ==
        "config.json: no_rope_layers is a list of 1; it must be a list of 2");
}

TEST_CASE("a configuration's numbers that single precision does not hold are refused, not computed with", "[models]") {
  const std::string held =
      "; it must be a number, 0 or of a size from 1.18e-38 to 3.4e38, which single precision holds";
  for (const char* field : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    CHECK(refusal("gemma2", field, 1e39) == "config.json: " + std::string(field) + " is 1e+39" + held);
    CHECK(refusal("gemma2", field, 1e-50) == "config.json: " + std::string(field) + " is 1e-50" + held);
    CHECK(refusal("gemma2", field, 0) == "config.json: " + std::string(field) + " is 0; it must be above 0, or null");
    CHECK(refusal("gemma2", field, nullptr) == "loaded");
  }
  for (const char* field : {"attention_multiplier", "residual_multiplier", "embedding_multiplier", "logits_scaling"})
    CHECK(refusal("granite", field, -1e300) == "config.json: " + std::string(field) + " is -1e+300" + held);
  CHECK(refusal("mpt", [](Json& config) {
          config["attn_config"]["softmax_scale"] = 1e39;
        }).ends_with("softmax_scale is 1e+39" + held));
  CHECK(refusal("mpt", [](Json& config) { config["attn_config"]["alibi_bias_max"] = -1e4; }) ==
        "config.json: attn_config: alibi_bias_max is -10000; it must be at least 0");
  CHECK(refusal("llama", "rope_parameters",
                {{"rope_type", "yarn"}, {"rope_theta", 1e4}, {"factor", 4}, {"mscale", 1e38}, {"mscale_all_dim", -7.2}})
            .starts_with("layer 0's factor of rotary positions is"));
}

TEST_CASE("what is not supported is named, with the field that made it so", "[models]") {
  const std::string unknown = refusal("llama", "model_type", "mamba");
  CHECK(unknown.starts_with(
      "config.json: model_type is \"mamba\"; this architecture is not supported. The nearest that is, by its name: "));
  CHECK(unknown.find("Supported: albert") != std::string::npos);
  CHECK(unknown.find("qwen3") != std::string::npos);
  for (const auto& [name, nearest] :
       {std::pair{"qwen2_moe", "qwen2"}, std::pair{"mixtral", "mistral"}, std::pair{"gemma3n", "gemma3_text"},
        std::pair{"llama4", "llama"}, std::pair{"gpt_neox_japanese", "gpt_neox"},
        std::pair{"xlm-roberta-xl", "xlm-roberta"}, std::pair{"phi4", "phi"}, std::pair{"distilgpt2", "distilbert"}})
    CHECK(refusal("llama", "model_type", name).find(std::string("by its name: ") + nearest + ". ") !=
          std::string::npos);
  CHECK(refusal("llama", "rope_parameters", Json{{"rope_type", "ntk"}, {"rope_theta", 10000}}) ==
        "config.json: rope_parameters: rope_type is \"ntk\"; supported: default, linear, dynamic, llama3, yarn, "
        "longrope");
  CHECK(refusal("gemma2", "layer_types", Json::array({"chunked_attention", "", "", ""})) ==
        "config.json: layer_types is a list of 4; it says chunked_attention of layer 0; supported: full_attention, "
        "sliding_attention");
  CHECK(refusal("bert", "position_embedding_type", "relative_key") ==
        "config.json: position_embedding_type is \"relative_key\"; supported: \"absolute\"");
  CHECK(refusal("bert", "is_decoder", true).starts_with("config.json: is_decoder is true"));
  CHECK(refusal("gpt2", "add_cross_attention", true).starts_with("config.json: add_cross_attention is true"));
  CHECK(refusal("gemma3", "use_bidirectional_attention", true).starts_with("config.json: use_bidirectional_attention"));
  CHECK(refusal("deberta_v2", "conv_kernel_size", 3).starts_with("config.json: conv_kernel_size is 3"));
  CHECK(refusal("albert", "inner_group_num", 2) == "config.json: inner_group_num is 2; only 1 is supported");
  CHECK(refusal("mpt", "attn_config", Json{{"alibi", false}}).starts_with("config.json: attn_config: alibi is false"));
}

TEST_CASE("tensors that do not fit the configuration are refused with names and shapes", "[models]") {
  const std::string name = "model.layers.0.mlp.up_proj.weight";
  CHECK(refusal_of_tensors("llama", [&](auto& tensors) { tensors.erase(name); }) ==
        "the checkpoint has no tensor " + name);
  CHECK(refusal_of_tensors("llama", [&](auto& tensors) { tensors.at(name).shape = {48, 96}; }) ==
        name + " has shape (48, 96) but the configuration says (96, 48)");
  CHECK(refusal_of_tensors("llama", [&](auto& tensors) { tensors.at(name).type = ElementType::kI32; }) ==
        name + " is stored as I32; weights must be F64, F32, F16 or BF16");
  CHECK(refusal("llama", "num_hidden_layers", 3) ==
        "the checkpoint has no tensor model.layers.2.self_attn.q_proj.weight");
  CHECK(refusal("llama", "vocab_size", 255) ==
        "model.embed_tokens.weight has shape (256, 48) but the configuration says (255, 48)");
  const std::string norm = "model.norm.weight";
  CHECK(refusal_of_tensors("llama", [&](auto& tensors) {
          tensors.at(norm).shape = {24};
        }).starts_with(norm + " has shape (24)"));
}

TEST_CASE("an encoder that is saved without its head gives its last hidden state", "[models]") {
  const ModelFixture fixture("mpnet");
  ModelFiles files = read_model_files(fixture.files());
  std::erase_if(files.tensors, [](const auto& named) { return named.first.starts_with("lm_head."); });
  const LoadedModel loaded = load_model(std::move(files));
  CHECK_FALSE(loaded.model.architecture().head.has_value());
  CHECK(loaded.model.architecture().architecture == "MPNetForMaskedLM");
  // A head of which a part is missing is damaged.
  CHECK(refusal_of_tensors("mpnet", [](auto& tensors) { tensors.erase("lm_head.bias"); }) ==
        "the checkpoint has no tensor lm_head.bias");
}

TEST_CASE("the encoder of an encoder-decoder can be saved alone", "[models]") {
  const ModelFixture fixture("t5");
  ModelFiles files = read_model_files(fixture.files());
  Json config = Json::parse(files.config);
  config["architectures"] = Json::array({"T5EncoderModel"});
  files.config = config.dump();
  std::erase_if(files.tensors, [](const auto& named) { return named.first.starts_with("decoder."); });
  const LoadedModel loaded = load_model(std::move(files));
  const std::vector<std::int32_t> ids = fixture.integers("input_ids");
  ForwardRequest request;
  request.all_attentions = true;
  const ForwardResult result = loaded.model.forward({.ids = ids}, request);
  const std::vector<float> expected = fixture.floats("encoder_attentions.1");
  REQUIRE(result.encoder.attentions[1].weights.data.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    worst = std::max(worst, std::abs(double{result.encoder.attentions[1].weights.data[i]} - double{expected[i]}));
  CHECK(worst < 1e-5);  // as of the whole model
}

TEST_CASE("NaN in weights is refused with its place, in each type", "[models]") {
  for (const auto& [model, name, size] : {std::tuple{"llama", "model.layers.1.mlp.down_proj.weight", 4},
                                          std::tuple{"qwen2", "model.layers.1.self_attn.k_proj.bias", 2},
                                          std::tuple{"opt", "model.decoder.layers.1.fc1.weight", 2}}) {
    INFO(model);
    std::vector<std::byte> copy;
    const auto change = [&, tensor = std::string(name), bytes = size](auto& tensors) {
      StoredTensor& stored = tensors.at(tensor);
      copy.assign(stored.bytes.begin(), stored.bytes.end());
      std::memset(copy.data() + 7 * bytes, 0xFF, static_cast<std::size_t>(bytes));
      stored.bytes = copy;
    };
    CHECK(refusal_of_tensors(model, change) == std::string(name) + " holds NaN: its number 7");
  }
}

TEST_CASE("inputs that do not fit the model are refused with their values", "[models]") {
  const LoadedFixture fixture("bert");
  const auto refused = [&](const Model& model, const ForwardInput& input, const std::string& text) {
    CHECK_THROWS_MATCHES(model.forward(input), std::invalid_argument, Message(text));
  };
  std::vector<std::int32_t> ids(65, 3);
  refused(fixture.model(), {.ids = ids}, "the text has 65 tokens but the model's context is 64");
  ids.assign(3, 3);
  ids[1] = 256;
  refused(fixture.model(), {.ids = ids}, "token 1 has the id 256; the vocabulary's are 0 to 255");
  ids[1] = -1;
  refused(fixture.model(), {.ids = ids}, "token 1 has the id -1; the vocabulary's are 0 to 255");
  ids[1] = 3;
  refused(fixture.model(), {}, "there are no tokens");
  const std::vector<std::uint8_t> mask(2, 1);
  refused(fixture.model(), {.ids = ids, .attention_mask = mask}, "the attention mask has 2 numbers for 3 tokens");
  const std::vector<std::int32_t> types{0, 1, 2};
  refused(fixture.model(), {.ids = ids, .token_types = types}, "token type 2 is 2; the model has 2 token types");
  refused(fixture.model(), {.ids = ids, .decoder_ids = ids},
          "a model of kind encoder takes no decoder tokens but there are 3");
  const std::vector<float> pixels(3 * 24 * 24);
  refused(fixture.model(), {.pixels = {pixels.data(), {1, 3, 24, 24}}},
          "a model of kind encoder takes tokens, not pixels");

  const LoadedFixture image("vit");
  refused(image.model(), {.pixels = {pixels.data(), {1, 3, 24, 23}}},
          "the pixels have shape (1, 3, 24, 23); the model takes (1, 3, 24, 24)");
  const LoadedFixture any_size("dinov2");
  refused(
      any_size.model(), {.pixels = {pixels.data(), {1, 3, 5, 24}}},
      "the pixels have shape (1, 3, 5, 24); the model takes (1, 3, 24, 24), or other heights from 6 and widths from 6 "
      "on");
  refused(image.model(), {.ids = ids}, "an image model takes pixels, not 3 tokens");
  refused(image.model(), {.decoder_ids = ids}, "an image model takes pixels, not 3 tokens");
  const std::vector<std::uint8_t> hidden{0};
  ForwardInput masked = image.input();
  masked.attention_mask = hidden;
  refused(image.model(), masked,
          "an image model takes neither an attention mask nor token types but there are 1 and 0");
  const LoadedFixture pair("t5");
  refused(pair.model(), {.ids = ids}, "there are no decoder tokens");

  const LoadedFixture decoder("gpt2");
  KeyValueCache cache(decoder.model().architecture(), 2);
  refused(decoder.model(), {.ids = ids, .cache = &cache},
          "the cache holds 0 of at most 2 tokens; there is no room for 3 more");
  CHECK_THROWS_MATCHES(KeyValueCache(decoder.model().architecture(), 65), std::invalid_argument,
                       Message("the cache's capacity is 65; it must be from 1 to 64"));
  CHECK_THROWS_AS(KeyValueCache(fixture.model().architecture(), 8), std::invalid_argument);
  const std::vector<std::int32_t> two_types{0, 1, 0};
  refused(decoder.model(), {.ids = ids, .token_types = two_types},
          "token type 1 is 1; the model's tokens have no types, which only 0 says");
  const std::vector<std::int32_t> zeros(3);
  CHECK_NOTHROW(decoder.model().forward({.ids = ids, .token_types = zeros}));
  CHECK_THROWS_AS(cache.truncate(1), std::invalid_argument);
}

TEST_CASE("requests for what is not there are refused with their values", "[models]") {
  const LoadedFixture fixture("gpt2");
  const auto refused = [&](const ForwardRequest& request, const std::string& text) {
    CHECK_THROWS_MATCHES(fixture.model().forward(fixture.input(), request), std::invalid_argument, Message(text));
  };
  ForwardRequest request;
  request.attentions = {{.layer = 2}};
  refused(request, "there is no layer 2; the model has 2 layers");
  request.attentions = {{.layer = 1, .heads = {4}}};
  refused(request, "there is no head 4 in layer 1, which has 4 heads");
  request.attentions = {{.layer = 1, .heads = {2, 0, 2}}};
  refused(request, "head 2 of layer 1 is asked for more than once");
  request.attentions = {{.layer = 1, .heads = {2}}, {.layer = 0}, {.layer = 1, .heads = {3}}};
  refused(request, "the attentions of layer 1 are asked for more than once");
  request = {};
  request.details = {-1};
  refused(request, "there is no layer -1; the model has 2 layers");
  request = {};
  request.interventions.ablate = {{.layer = 0, .head = 9}};
  refused(request, "there is no head 9 in layer 0, which has 4 heads");
  request.interventions.ablate = {{.layer = 0, .head = 0, .kind = AttentionKind::kEncoder}};
  refused(request, "a model of kind decoder has no encoder");
  request = {};
  request.interventions.mask = {{.layer = 0, .head = 0, .query = 3, .key = 16}};
  refused(request, "there is no pair of query 3 and key 16 among 16 queries and 16 keys");
  request = {};
  request.interventions.patch = {{.layer = 3, .position = 0, .values = std::vector<float>(48)}};
  refused(request, "there is no hidden state 3; the model has 2 layers");
  request.interventions.patch = {{.layer = 2, .position = 16, .values = std::vector<float>(48)}};
  refused(request, "there is no position 16 among 16");
  request.interventions.patch = {{.layer = 2, .position = 1, .values = std::vector<float>(47)}};
  refused(request, "a patch has 47 numbers but the model's width is 48");

  const ForwardResult result = fixture.model().forward(fixture.input());
  CHECK_THROWS_MATCHES(fixture.model().attention_weights(result, AttentionKind::kDecoder, 0, {.rows = 1, .columns = 1}),
                       std::invalid_argument,
                       Message("the record has no queries of 4 heads; ask for the details of the layer"));
  CHECK_THROWS_AS(fixture.model().attention_weights(result, AttentionKind::kEncoder, 0, {.rows = 1, .columns = 1}),
                  std::invalid_argument);
}

TEST_CASE("what another model has made is refused, and nothing is read or written beyond it", "[models]") {
  const LoadedFixture gpt2("gpt2");
  const LoadedFixture llama("llama");
  const std::vector<std::int32_t> ids{1, 2, 3};
  KeyValueCache of_llama(llama.model().architecture(), 8);
  CHECK_THROWS_MATCHES(
      gpt2.model().forward({.ids = ids, .cache = &of_llama}), std::invalid_argument,
      Message("the cache holds keys of shape (1, 2, 8, 12) and values of shape (1, 2, 8, 12) for layer 0, "
              "whose own are (1, 4, 8, 12) and (1, 4, 8, 12): it is of another model"));
  ArchitectureConfig deeper = gpt2.model().architecture();
  deeper.decoder->blocks.push_back(deeper.decoder->blocks.front());
  KeyValueCache of_deeper(deeper, 8);
  CHECK_THROWS_MATCHES(gpt2.model().forward({.ids = ids, .cache = &of_deeper}), std::invalid_argument,
                       Message("the cache has 3 layers but the model has 2: it is of another model"));

  ForwardRequest request;
  request.details = {0, 1};
  request.hidden_states = true;
  ForwardResult result = llama.model().forward({.ids = ids}, request);
  const WeightsBlock block{.rows = 1, .columns = 1};
  CHECK_THROWS_MATCHES(
      gpt2.model().attention_weights(result, AttentionKind::kDecoder, 0, block), std::invalid_argument,
      Message("the record has queries of shape (1, 4, 3, 12) and keys of shape (1, 2, 3, 12), which is "
              "not what heads of 12 components make: it is of another model"));
  CHECK_THROWS_AS(gpt2.model().attention_thumbnail(result, AttentionKind::kDecoder, 0, 0, 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(gpt2.model().direct_effects({}, 0, 1, {}), std::invalid_argument);
  result.decoder.attentions.pop_back();
  CHECK_THROWS_MATCHES(
      llama.model().direct_effects(result, 0, 1, {}), std::invalid_argument,
      Message("the result has no heads' outputs of shape (1, 4, 3, 12) of layer 1; ask for the details of "
              "all layers"));
  for (Tensor<float>& state : result.decoder.hidden_states) state = Tensor<float>({1, 1, 3, 47});
  CHECK_THROWS_MATCHES(
      llama.model().logits_at_layer(result, 1, 0), std::invalid_argument,
      Message("the result has hidden states of 47 components but the model's width is 48: it is of another model"));
  CHECK_THROWS_AS(llama.model().direct_effects(result, 0, 1, {}), std::invalid_argument);
}

TEST_CASE("A cache whose first pass failed is as it was", "[models]") {
  const LoadedFixture pair("t5");
  const std::span<const std::int32_t> text = pair.decoder_ids;
  KeyValueCache cache(pair.model().architecture(), static_cast<Index>(text.size()));
  ForwardInput input;
  input.ids = pair.ids;
  input.decoder_ids = text;
  input.cache = &cache;
  ForwardRequest request;
  request.interventions.patch = {{.layer = 0, .position = 99, .values = std::vector<float>(48)}};
  CHECK_THROWS_AS(pair.model().forward(input, request), std::invalid_argument);
  request = {};
  int asked = 0;
  // Asked before every layer: those of the encoder, then the decoder's.
  request.is_cancelled = [&] { return ++asked == 4; };
  CHECK_THROWS_AS(pair.model().forward(input, request), Cancelled);
  CHECK(cache.length() == 0);
  CHECK(cache.encoder_length() == 0);
  const ForwardResult again = pair.model().forward(input);
  CHECK(cache.length() == static_cast<Index>(text.size()));
  CHECK(cache.encoder_length() == static_cast<Index>(pair.ids.size()));
  CHECK(again.logits.data == pair.model().forward({.ids = pair.ids, .decoder_ids = text}).logits.data);
}
