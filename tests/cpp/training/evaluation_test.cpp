#include "heed/training/evaluation.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

using namespace heed;
using Catch::Matchers::WithinAbs;

namespace {

/// Of one head whose logits are all 0: each query attends in equal shares to the keys that it sees.
HeadScores scores_of_even_attention(bool causal) {
  TransformerConfig config;
  config.vocabulary = 4;
  config.context = 8;
  config.layers = config.heads = 1;
  config.d_model = 8;
  config.causal = causal;
  RandomState random(0);
  Transformer<float> network(config, random);
  std::ranges::fill(network.parameters(), 0.0F);
  const Batch sequence{
      .batch = 1, .length = 8, .tokens = {0, 1, 2, 3, 0, 1, 2, 3}, .targets = {1, 2, 3, 0, 1, 2, 3, 0}};
  return evaluate(network, sequence).heads.at(0).at(0);
}

}  // namespace

TEST_CASE("The scores of heads are of the keys that the network's queries see: all where it is not causal",
          "[evaluation]") {
  const HeadScores causal = scores_of_even_attention(true);
  const HeadScores whole = scores_of_even_attention(false);
  // An even share of the visible keys has the normalised entropy 1. Query 0 of a causal head sees one key, and is left out.
  CHECK_THAT(causal.entropy, WithinAbs(1, 1e-6));
  CHECK_THAT(whole.entropy, WithinAbs(1, 1e-6));
  CHECK_THAT(causal.self,
             WithinAbs((1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0 + 1 / 6.0 + 1 / 7.0 + 1 / 8.0) / 8, 1e-6));
  CHECK_THAT(whole.self, WithinAbs(1 / 8.0, 1e-6));
}

TEST_CASE("Of long sequences fewer are held out", "[evaluation]") {
  TaskOptions options;
  CHECK(draw_held_out(*make_task("induction", options)).batch == 64);
  options.length = 1024;
  CHECK(draw_held_out(*make_task("induction", options)).batch == 16);
  options.length = 8192;
  CHECK(draw_held_out(*make_task("induction", options)).batch == 2);
}
