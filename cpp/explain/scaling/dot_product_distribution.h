#pragma once

#include <span>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// How often q·k/√d falls between each edge and the next, where the d components of q and k are independent standard
/// normals. Given q, q·k is normal with variance |q|², and |q|² follows the chi-square distribution of d degrees, so that
///   P(q·k/√d ≤ x) = E Φ(x/√s),   d·s ~ χ²_d,   ln s of density ∝ exp(d/2 · (u − eᵘ)).
/// The expectation is a trapezoidal sum over u = ln s, exact to about 1e-12 (the integrand is analytic for |Im u| < π/2 and
/// falls off to both sides). d = 1 has the density K₀(|x|)/π, infinite at 0; d = 2 is Laplace's; d → ∞ is normal.
///
/// @param edges  increasing, in units of √d; ±∞ may be among them
///
/// Throws std::invalid_argument for d < 1.
[[nodiscard]] std::vector<double> dot_product_shares(Index dim, std::span<const double> edges);

/// The same in the limit of many components: the standard normal distribution.
[[nodiscard]] std::vector<double> normal_shares(std::span<const double> edges);

}  // namespace heed::explain
