#include "explain/encoder_decoder/encoder_decoder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "../support/finite_differences.h"
#include "../support/loaded_fixture.h"
#include "explain/encoder_decoder/reversal.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using heed::test::finite_differences;

namespace {

const EncoderDecoderConfig kSmall{.vocabulary = 6, .context = 5, .d_model = 4, .d_ff = 5};
const std::vector<std::int32_t> kSource{0, 1, 1, 5, 2, 3, 4, 5};
const std::vector<std::int32_t> kTarget{4, 1, 2, 4, 3, 0};
const std::vector<std::int32_t> kExpected{1, 2, -1, 3, 0, 5};
constexpr Index kBatch = 2;

/// The same network as a checkpoint of BART, whose linear maps are stored transposed, and whose positions begin at row 2.
struct AsBart {
  explicit AsBart(const EncoderDecoder<float>& network)
      : own(write_encoder_decoder(network)), d(network.config().d_model) {
    const EncoderDecoderConfig& config = network.config();
    take("embedding", "model.shared.weight");
    for (const std::string side : {"encoder", "decoder"}) {
      const std::string to = "model." + side + ".";
      Safetensors::Entry positions = own.tensors.at(side + ".embedding.positions");
      positions.values.insert(positions.values.begin(), static_cast<std::size_t>(2 * d), 0.0F);
      positions.shape[0] += 2;
      file.tensors[to + "embed_positions.weight"] = positions;
      norm(side + ".embedding.norm", to + "layernorm_embedding");
      attention(side + ".attention", to + "layers.0.self_attn");
      if (side == "decoder") attention(side + ".cross_attention", to + "layers.0.encoder_attn");
      linear(side + ".feed_forward.up", to + "layers.0.fc1");
      linear(side + ".feed_forward.down", to + "layers.0.fc2");
      norm(side + ".feed_forward.norm", to + "layers.0.final_layer_norm");
    }
    const auto text = [](Index number) { return std::to_string(number); };
    json = R"({"model_type":"bart","architectures":["BartForConditionalGeneration"],"is_encoder_decoder":true,)"
           R"("activation_function":"gelu_new","encoder_layers":1,"decoder_layers":1,"encoder_attention_heads":1,)"
           R"("decoder_attention_heads":1,"vocab_size":)" +
           text(config.vocabulary) + R"(,"d_model":)" + text(d) + R"(,"encoder_ffn_dim":)" + text(config.d_ff) +
           R"(,"decoder_ffn_dim":)" + text(config.d_ff) + R"(,"max_position_embeddings":)" + text(config.context) + "}";
  }

  [[nodiscard]] ForwardResult forward(std::span<const std::int32_t> source,
                                      std::span<const std::int32_t> target) const {
    const std::vector<std::byte> bytes = write_safetensors(file);
    const std::vector<ModelFile> files{{"config.json", std::as_bytes(std::span(json)), nullptr},
                                       {"model.safetensors", bytes, nullptr}};
    const LoadedModel loaded = load_model(read_model_files(files));
    ForwardInput input;
    input.ids = source;
    input.decoder_ids = target;
    ForwardRequest request;
    request.all_attentions = true;
    return loaded.model.forward(input, request);
  }

 private:
  void take(const std::string& name, const std::string& to, bool is_vector = false) {
    Safetensors::Entry entry = own.tensors.at(name);
    if (is_vector) entry.shape = {entry.shape[1]};
    file.tensors[to] = entry;
  }
  void norm(const std::string& name, const std::string& to) {
    take(name + ".gain", to + ".weight", true);
    take(name + ".bias", to + ".bias", true);
  }
  void linear(const std::string& name, const std::string& to) {
    const Safetensors::Entry& entry = own.tensors.at(name);
    const Index in = entry.shape[0];
    const Index out = entry.shape[1];
    Safetensors::Entry transposed{{out, in}, {}};
    for (Index j = 0; j < out; ++j)
      for (Index i = 0; i < in; ++i) transposed.values.push_back(entry.values[static_cast<std::size_t>(i * out + j)]);
    file.tensors[to + ".weight"] = transposed;
    take(name + ".bias", to + ".bias", true);
  }
  void attention(const std::string& name, const std::string& to) {
    linear(name + ".query", to + ".q_proj");
    linear(name + ".key", to + ".k_proj");
    linear(name + ".value", to + ".v_proj");
    linear(name + ".output", to + ".out_proj");
    norm(name + ".norm", to + "_layer_norm");
  }

  Safetensors own;
  Index d;
  Safetensors file;
  std::string json;
};

/// Every parameter random, so that none hides behind a 0 or a 1.
template <typename Scalar>
EncoderDecoder<Scalar> random_network(const EncoderDecoderConfig& config) {
  RandomState random(3);
  EncoderDecoder<Scalar> network(config, random);
  for (Scalar& parameter : network.parameters()) parameter += static_cast<Scalar>(0.2 * random.normal());
  return network;
}

}  // namespace

TEST_CASE("The gradients of an encoder-decoder are those of finite differences", "[encoder-decoder]") {
  auto network = random_network<double>(kSmall);
  const auto loss = [&] {
    EncoderDecoder<double> same = network;
    return same.loss_and_gradients(kSource, kTarget, kExpected, kBatch).mean();
  };
  network.loss_and_gradients(kSource, kTarget, kExpected, kBatch);
  const std::vector<double> gradients(network.gradients().begin(), network.gradients().end());
  const std::vector<double> expected = finite_differences(network.parameters(), loss);
  // Finite differences are good to about 1e-10 here: norms of four numbers curve more than functions of size 1.
  CHECK(heed::test::relative_difference(std::span<const double>(gradients), expected) < 1e-8);
}

TEST_CASE("An encoder-decoder computes what the library's own BART computes from the same weights",
          "[encoder-decoder]") {
  const EncoderDecoderConfig config{.vocabulary = 12, .context = 7, .d_model = 8, .d_ff = 12};
  auto network = random_network<float>(config);
  const AsBart bart(network);
  const std::vector<std::int32_t> source{3, 1, 4, 1, 5, 9};
  const std::vector<std::int32_t> target{2, 7, 1, 8};
  const auto logits = network.forward(source, target, 1);
  const ForwardResult expected = bart.forward(source, target);
  const Tensor<float> own({1, 1, 4, config.vocabulary}, {logits.data, logits.data + 4 * config.vocabulary});
  // Two float32 evaluations that add up in another order.
  CHECK(heed::test::relative_difference(expected.logits, own) < 1e-5);
  CHECK(heed::test::relative_difference(expected.encoder.attentions.at(0).weights, network.encoder_weights()) < 1e-5);
  CHECK(heed::test::relative_difference(expected.decoder.attentions.at(0).weights, network.decoder_weights()) < 1e-5);
  CHECK(heed::test::relative_difference(expected.decoder.cross_attentions.at(0).weights, network.cross_weights()) <
        1e-5);
}

TEST_CASE("The decoder sees the target so far and the whole source", "[encoder-decoder]") {
  auto network = random_network<float>(kSmall);
  const auto last = [&](const std::vector<std::int32_t>& source, const std::vector<std::int32_t>& target, Index row) {
    const auto logits = network.forward(source, target, 1);
    return std::vector<float>(logits.row(row), logits.row(row) + logits.columns);
  };
  const std::vector<std::int32_t> source{0, 1, 2};
  CHECK(last(source, {4, 1, 2}, 1) == last(source, {4, 1, 3}, 1));
  CHECK(last(source, {4, 1, 2}, 1) != last(source, {4, 0, 2}, 1));
  CHECK(last(source, {4, 1, 2}, 0) != last({0, 1, 3}, {4, 1, 2}, 0));
}

TEST_CASE("An encoder-decoder names what does not fit", "[encoder-decoder]") {
  auto network = random_network<float>(kSmall);
  const std::vector<std::int32_t> two{0, 1};
  CHECK_THROWS_MATCHES(network.forward(std::vector<std::int32_t>{0, 6}, two, 1), std::invalid_argument,
                       Message("token 6 of the source is not in the vocabulary of 6"));
  CHECK_THROWS_MATCHES(network.forward(two, std::vector<std::int32_t>{-1}, 1), std::invalid_argument,
                       Message("token -1 of the target is not in the vocabulary of 6"));
  CHECK_THROWS_MATCHES(network.forward(two, std::vector<std::int32_t>(6), 1), std::invalid_argument,
                       Message("the target has 6 tokens; it must have from 1 to 5"));
  CHECK_THROWS_MATCHES(network.forward({}, two, 1), std::invalid_argument,
                       Message("the source has 0 tokens; it must have from 1 to 5"));
  CHECK_THROWS_MATCHES(network.forward(std::vector<std::int32_t>(3), two, 2), std::invalid_argument,
                       Message("3 tokens of the source are not 2 sequences of equal length"));
  CHECK_THROWS_MATCHES(network.forward(two, two, 0), std::invalid_argument,
                       Message("2 tokens of the source are not 0 sequences of equal length"));
  RandomState random(1);
  CHECK_THROWS_MATCHES(EncoderDecoder<float>({.d_ff = 0}, random), std::invalid_argument,
                       Message("d_ff is 0; it must be from 1 to 1024"));
}
