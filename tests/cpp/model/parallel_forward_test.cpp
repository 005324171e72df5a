// Models on several threads: what is computed is the same, and the thread sanitizer (the suite `threads`) finds no race.

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "../support/loaded_fixture.h"
#include "heed/model/generator.h"
#include "heed/threads/parallel.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::output_of;

TEST_CASE("A model computes the same with a pool, and for several threads at once", "[models][parallel]") {
  // A decoder, an encoder with disentangled positions, an encoder-decoder and an image model.
  for (const std::string name : {"gpt2", "deberta_v2", "t5", "vit"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    ForwardRequest request;
    request.hidden_states = request.all_attentions = true;
    const ForwardResult alone = fixture.model().forward(fixture.input(), request);
    ThreadPool pool(3);
    request.pool = &pool;
    std::vector<ForwardResult> results(6);
    // Two callers share the pool: who finds it at work does its own work alone.
    parallel_for(6, 2, [&](Index i) {
      results[static_cast<std::size_t>(i)] = fixture.model().forward(fixture.input(), request);
    });
    // However the work is shared, each number is added up in the same order.
    for (const ForwardResult& result : results) CHECK(output_of(result).data == output_of(alone).data);
  }
}

TEST_CASE("Texts are continued with the same tokens with a pool, and for several threads at once",
          "[models][parallel]") {
  for (const std::string name : {"llama", "bart"}) {
    INFO(name);
    const LoadedFixture fixture(name);
    const auto generate = [&](ThreadPool* pool) {
      ForwardInput input = fixture.input();
      input.decoder_ids = {};
      GenerationOptions options;
      options.max_new_tokens = 12;
      Generator generator(fixture.model(), input, options, pool);
      std::vector<Index> tokens;
      while (const auto token = generator.next()) tokens.push_back(token->id);
      return tokens;
    };
    const std::vector<Index> alone = generate(nullptr);
    ThreadPool pool(3);
    std::vector<std::vector<Index>> texts(4);
    parallel_for(4, 2, [&](Index i) { texts[static_cast<std::size_t>(i)] = generate(&pool); });
    for (const std::vector<Index>& text : texts) CHECK(text == alone);
  }
}
