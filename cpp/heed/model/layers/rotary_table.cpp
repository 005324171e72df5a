#include "heed/model/layers/rotary_table.h"

#include <cmath>

namespace heed {

RotaryTable::RotaryTable(const RotaryConfig& config, Index first, Index count, Index length)
    : pairs_(static_cast<Index>(config.frequencies.size())), adjacent_(config.adjacent_pairs) {
  const bool is_long = !config.long_frequencies.empty() && length > config.long_from;
  const std::vector<float>& frequencies = is_long ? config.long_frequencies : config.frequencies;
  const auto size = static_cast<std::size_t>(checked_product("the rotary angles", {count, pairs_}));
  cosines_.reserve(size);
  sines_.reserve(size);
  for (Index i = 0; i < count; ++i)
    for (const float frequency : frequencies) {
      const float angle = static_cast<float>(first + i) * frequency;  // in float32, as the models were trained
      cosines_.push_back(config.factor * static_cast<float>(std::cos(static_cast<double>(angle))));
      sines_.push_back(config.factor * static_cast<float>(std::sin(static_cast<double>(angle))));
    }
}

template <typename Turn>
void RotaryTable::visit_pairs(float* vector, Index row, Turn turn) const {
  const float* cosines = cosines_.data() + row * pairs_;
  const float* sines = sines_.data() + row * pairs_;
  const Index step = adjacent_ ? 2 : 1;
  const Index apart = adjacent_ ? 1 : pairs_;
  for (Index i = 0; i < pairs_; ++i) turn(vector[i * step], vector[i * step + apart], cosines[i], sines[i]);
}

void RotaryTable::rotate(float* vector, Index row) const {
  visit_pairs(vector, row, [](float& a, float& b, float cosine, float sine) {
    const float turned = a * cosine - b * sine;
    b = b * cosine + a * sine;
    a = turned;
  });
}

void RotaryTable::rotate_back(float* vector, Index row) const {
  visit_pairs(vector, row, [](float& a, float& b, float cosine, float sine) {
    const float squared = cosine * cosine + sine * sine;  // the square of the factor
    const float turned = (a * cosine + b * sine) / squared;
    b = (b * cosine - a * sine) / squared;
    a = turned;
  });
}

}  // namespace heed
