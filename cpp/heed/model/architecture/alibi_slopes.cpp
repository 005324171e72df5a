#include "heed/model/architecture/alibi_slopes.h"

#include <bit>
#include <cmath>

namespace heed {

std::vector<double> alibi_slopes(Index heads) {
  const auto power = static_cast<Index>(std::bit_floor(static_cast<std::size_t>(heads)));
  std::vector<double> slopes;
  for (Index i = 1; i <= power; ++i)
    slopes.push_back(std::exp2(-8.0 * static_cast<double>(i) / static_cast<double>(power)));
  for (Index i = 1; static_cast<Index>(slopes.size()) < heads; i += 2)
    slopes.push_back(std::exp2(-4.0 * static_cast<double>(i) / static_cast<double>(power)));
  return slopes;
}

std::vector<double> alibi_slopes_of_mpt(Index heads, double largest) {
  const auto power = static_cast<Index>(std::bit_ceil(static_cast<std::size_t>(heads)));
  const auto slope = [&](Index i) { return std::exp2(-largest * static_cast<double>(i) / static_cast<double>(power)); };
  std::vector<double> slopes;
  if (power == heads) {
    for (Index i = 1; i <= heads; ++i) slopes.push_back(slope(i));
    return slopes;
  }
  for (Index i = 2; i <= power && static_cast<Index>(slopes.size()) < heads; i += 2) slopes.push_back(slope(i));
  for (Index i = 1; static_cast<Index>(slopes.size()) < heads; i += 2) slopes.push_back(slope(i));
  return slopes;
}

}  // namespace heed
