#include "heed/attention/multi_head.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "../support/reference_attention.h"

using namespace heed;
using Catch::Matchers::Message;
using heed::test::close_to;
using heed::test::random_tensor;

TEST_CASE("Random weights have the deviation asked for", "[multi-head]") {
  const auto init = GENERATE(Init::kPerHead, Init::kGlorot);
  RandomState random(1);
  const auto weights = random_multi_head<double>(random, 256, 4, init);
  const double deviation = init == Init::kPerHead ? std::sqrt(2.0 / (256 + 64)) : std::sqrt(2.0 / (256 + 256));
  for (const auto* w : {&weights.w_query, &weights.w_key, &weights.w_value, &weights.w_output}) {
    double squares = 0;
    for (const double weight : w->data) squares += weight * weight;
    const auto count = static_cast<double>(w->data.size());
    // Five standard errors of a variance: √(2/n).
    CHECK(std::abs(squares / count / (deviation * deviation) - 1) < 5 * std::sqrt(2 / count));
  }
}

TEST_CASE("One head whose weights are the identity is attention itself", "[multi-head]") {
  RandomState random(2);
  const auto x = random_tensor<double>(random, {2, 1, 9, 6});
  auto weights = random_multi_head<double>(random, 6, 1);
  for (auto* w : {&weights.w_query, &weights.w_key, &weights.w_value, &weights.w_output})
    for (Index i = 0; i < 36; ++i) w->data[static_cast<std::size_t>(i)] = i % 7 == 0 ? 1 : 0;
  const auto result = multi_head_attention<double>(x, weights);
  CHECK(result.output.shape == x.shape);
  CHECK_THAT(result.output.data,
             close_to(test::reference_attention<double>(x, x, x, AttentionOptions<double>{}).output.data, 1e-14));
}

TEST_CASE("Heads are joined in order", "[multi-head]") {
  RandomState random(4);
  const auto weights = random_multi_head<double>(random, 8, 4);
  const auto heads = random_tensor<double>(random, {2, 4, 3, 2});
  std::vector<double> expected(48);
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t c = 0; c < 8; ++c)
        for (std::size_t h = 0; h < 4; ++h)
          for (std::size_t k = 0; k < 2; ++k)
            expected[(b * 3 + i) * 8 + c] +=
                heads.data[((b * 4 + h) * 3 + i) * 2 + k] * weights.w_output.data[(h * 2 + k) * 8 + c];
  CHECK_THAT(join_heads<double>(heads, weights).data, close_to(expected, 1e-14));
}

TEST_CASE("Masks act in every head", "[multi-head]") {
  RandomState random(6);
  const auto x = random_tensor(random, {1, 1, 10, 12});
  const auto weights = random_multi_head<float>(random, 12, 3);
  AttentionOptions<float> options;
  options.causal = options.weights = true;
  const auto result = multi_head_attention<float>(x, weights, options);
  for (Index h = 0; h < 3; ++h)
    for (Index i = 0; i < 10; ++i)
      for (Index j = i + 1; j < 10; ++j) CHECK(result.attention.weights.head(0, h)[i * 10 + j] == 0);
}

TEST_CASE("Sequences without tokens take no time, however many there are, and values without components none",
          "[multi-head]") {
  constexpr Index kMany = std::numeric_limits<Index>::max() / 8;
  RandomState random(1);
  MultiHead<float> weights = random_multi_head<float>(random, 4, 2);
  const Tensor<float> nothing({kMany, 1, 0, 4});
  CHECK(multi_head_attention<float>(nothing, weights).output.shape == nothing.shape);
  weights.w_value = Tensor<float>({1, 2, 4, 0});
  weights.w_output = Tensor<float>({1, 1, 0, 4});
  const Tensor<float> x = random_tensor(random, {1, 1, 3, 4});
  CHECK(multi_head_attention<float>(x, weights).output.data == std::vector<float>(12, 0));
  const Tensor<float> heads({1, kMany, 3, 0});
  CHECK(join_heads<float>(heads, weights).data == std::vector<float>(12, 0));
}

TEST_CASE("Multi-head attention refuses what does not fit", "[multi-head][errors]") {
  RandomState random(1);
  const auto refuses = [&](Index d_model, Index heads, const char* with) {
    CHECK_THROWS_MATCHES(random_multi_head<float>(random, d_model, heads), std::invalid_argument, Message(with));
  };
  refuses(64, 5, "d_model 64 is not divisible by 5 heads");
  refuses(0, 1, "d_model is 0; it must be at least 1");
  refuses(8, 0, "there are 0 heads; there must be at least 1");
  const auto weights = random_multi_head<float>(random, 8, 2);
  CHECK_THROWS_MATCHES(multi_head_attention<float>(Tensor<float>({1, 1, 3, 9}), weights), std::invalid_argument,
                       Message("x has shape (1, 1, 3, 9) but the weights take (batch, 1, length, 8)"));
  CHECK_THROWS_MATCHES(join_heads<float>(Tensor<float>({1, 3, 3, 4}), weights), std::invalid_argument,
                       Message("heads of shape (1, 3, 3, 4) concatenate to 12 columns but W^O has 8 rows"));
}
