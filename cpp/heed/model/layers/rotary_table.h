#pragma once

#include <vector>

#include "heed/model/architecture/attention_config.h"

namespace heed {

/// Cosines and sines of rotary positions first … first + count − 1.
class RotaryTable {
 public:
  /// `length` is that of the whole text, which chooses between short and long frequencies.
  RotaryTable(const RotaryConfig& config, Index first, Index count, Index length);

  /// Turns the leading components of a head's vector at position first + `row`.
  void rotate(float* vector, Index row) const;

  /// What was turned to that.
  void rotate_back(float* vector, Index row) const;

 private:
  /// Calls turn(a, b, cosine, sine) for each pair of components that turn together.
  template <typename Turn>
  void visit_pairs(float* vector, Index row, Turn turn) const;

  Index pairs_;
  bool adjacent_;
  std::vector<float> cosines_;  ///< (count × pairs)
  std::vector<float> sines_;
};

}  // namespace heed
