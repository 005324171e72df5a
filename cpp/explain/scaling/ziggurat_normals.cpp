#include "explain/scaling/ziggurat_normals.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace heed::explain {
namespace {

/// The density exp(−x²/2) is covered by strips of equal area. All but the lowest are rectangles, from 0 to edge[i], between
/// the heights that the density has at edge[i] and edge[i + 1]; the lowest goes on as the density's tail.
constexpr std::size_t kStrips = 128;
/// Where the tail begins, and the area of a strip, for which the highest strip ends at 0 (table 1 of the paper).
constexpr double kLastEdge = 3.442619855899;
constexpr double kArea = 9.91256303526217e-3;

/// A place along a strip is a number of 24 bits and a sign.
constexpr int kPlaceBits = 24;

double density(double x) { return std::exp(-x * x / 2); }

struct Strips {
  std::array<float, kStrips + 1> height{};
  /// Of a strip, for one unit of place.
  std::array<float, kStrips> unit{};
  /// Places below this are under the density, wherever in the strip's height.
  std::array<std::int32_t, kStrips> inside{};

  Strips() {
    std::array<double, kStrips + 1> edge{};
    // As if the lowest were a rectangle too.
    edge[0] = kArea / density(kLastEdge);
    edge[1] = kLastEdge;
    for (std::size_t i = 1; i + 1 < kStrips; ++i)
      edge[i + 1] = std::sqrt(-2 * std::log(density(edge[i]) + kArea / edge[i]));
    for (std::size_t i = 0; i <= kStrips; ++i) height[i] = static_cast<float>(density(edge[i]));
    for (std::size_t i = 0; i < kStrips; ++i) {
      unit[i] = static_cast<float>(std::ldexp(edge[i], -kPlaceBits));
      inside[i] = static_cast<std::int32_t>(std::ldexp(edge[i + 1] / edge[i], kPlaceBits));
    }
  }
};

const Strips strips;

}  // namespace

float ZigguratNormals::operator()() {
  while (true) {
    const std::uint32_t bits = random_.bits();
    const std::size_t strip = bits % kStrips;
    const std::int32_t place = static_cast<std::int32_t>(bits) >> (31 - kPlaceBits);
    const float x = static_cast<float>(place) * strips.unit[strip];
    if (std::abs(place) < strips.inside[strip]) return x;
    if (strip == 0) return std::copysign(beyond_last_edge(), x);
    const float y = std::lerp(strips.height[strip], strips.height[strip + 1], uniform());
    if (y < std::exp(-x * x / 2)) return x;
  }
}

/// The tail by an exponential that lies above it (G. Marsaglia, 1964, as the paper has it).
float ZigguratNormals::beyond_last_edge() {
  constexpr auto kFrom = static_cast<float>(kLastEdge);
  while (true) {
    const float x = -std::log(uniform()) / kFrom;
    const float y = -std::log(uniform());
    if (2 * y > x * x) return kFrom + x;
  }
}

}  // namespace heed::explain
