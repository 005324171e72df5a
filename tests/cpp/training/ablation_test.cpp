#include "heed/training/transformer/ablation.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

using namespace heed;

namespace {

Transformer<float> network() {
  RandomState random(1);
  return Transformer<float>({.vocabulary = 8, .context = 6, .heads = 2, .d_model = 8}, random);
}

std::vector<float> logits_of(Transformer<float>& network) {
  const std::vector<std::int32_t> tokens{1, 5, 2, 7};
  const auto logits = network.forward(tokens, 1);
  return {logits.data, logits.data + logits.rows * logits.columns};
}

}  // namespace

TEST_CASE("Heads are off while an ablation lives, and afterwards as they were", "[ablation][transformer]") {
  auto model = network();
  const auto whole = logits_of(model);
  const std::vector<HeadIndex> heads{{0, 1}, {1, 0}, {0, 1}};
  {
    const Ablation<float> ablation(model, heads);
    CHECK(model.is_ablated(0, 1));
    CHECK(model.is_ablated(1, 0));
    CHECK(!model.is_ablated(0, 0));
    CHECK(logits_of(model) != whole);
  }
  CHECK(logits_of(model) == whole);
  model.ablate(0, 1, true);
  {
    const Ablation<float> ablation(model, heads);
  }
  CHECK(model.is_ablated(0, 1));
  CHECK(!model.is_ablated(1, 0));
}

TEST_CASE("A head that is not there leaves all others on", "[ablation][transformer]") {
  auto model = network();
  const auto whole = logits_of(model);
  const std::vector<HeadIndex> heads{{0, 0}, {1, 2}};
  CHECK_THROWS_WITH((Ablation<float>(model, heads)),
                    "there is no head 2 in layer 1: the network has 2 layers of 2 heads, counted from 0");
  CHECK(!model.is_ablated(0, 0));
  CHECK(logits_of(model) == whole);
}
