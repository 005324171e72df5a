#pragma once

#include <cstdint>

#include "heed/tensor/random.h"

namespace heed::explain {

/// Standard normals in single precision for bulk, a third of the time that RandomState::normal takes: the ziggurat of G.
/// Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Software 5(8), 2000. The strip
/// and the place along it come from different bits of a word (J. A. Doornik, "An Improved Ziggurat Method", 2005).
class ZigguratNormals {
 public:
  explicit ZigguratNormals(std::uint32_t seed) : random_(seed) {}

  float operator()();

 private:
  /// Between 0 and 1, neither included.
  float uniform() { return (static_cast<float>(random_.bits() >> 9) + 0.5F) * 0x1p-23F; }
  float beyond_last_edge();

  RandomState random_;
};

}  // namespace heed::explain
