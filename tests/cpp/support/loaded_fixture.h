#pragma once

#include <algorithm>
#include <cmath>

#include "heed/io/detail/json.h"
#include "heed/model/load_model.h"
#include "heed/threads/thread_pool.h"
#include "model_fixture.h"

namespace heed::test {

/// A fixture with its model, and its inputs held for as long as the model looks at them.
struct LoadedFixture {
  explicit LoadedFixture(const std::string& name)
      : fixture(name),
        loaded(load_model(read_model_files(fixture.files()))),
        ids(fixture.integers("input_ids")),
        token_types(fixture.integers("token_type_ids")),
        decoder_ids(fixture.integers("decoder_input_ids")) {
    if (fixture.expects("pixel_values")) pixels = fixture.floats("pixel_values");
  }

  [[nodiscard]] const Model& model() const { return loaded.model; }

  [[nodiscard]] ForwardInput input() const {
    ForwardInput input;
    input.ids = ids;
    input.token_types = token_types;
    input.decoder_ids = decoder_ids;
    if (!pixels.empty()) input.pixels = {pixels.data(), {1, 3, 24, 24}};
    return input;
  }

  ModelFixture fixture;
  LoadedModel loaded;
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> token_types;
  std::vector<std::int32_t> decoder_ids;
  std::vector<float> pixels;
};

[[nodiscard]] inline const Tensor<float>& output_of(const ForwardResult& result) {
  return result.logits.data.empty() ? result.last_hidden_state : result.logits;
}

/// The largest difference of two tensors of one shape, over the largest value of the first.
[[nodiscard]] inline double relative_difference(const Tensor<float>& a, const Tensor<float>& b) {
  if (!(a.shape == b.shape)) return INFINITY;
  double worst = 0;
  double largest = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    const double difference = std::abs(double{a.data[i]} - double{b.data[i]});
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    largest = std::max(largest, std::abs(double{a.data[i]}));
  }
  return worst / largest;
}

}  // namespace heed::test
