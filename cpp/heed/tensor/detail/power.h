#pragma once

#include <cmath>

namespace heed {

/// base^exponent for a base of at least 0. Its relative error, some 10⁻¹⁵ where the exponent times the logarithm is below 10, is less
/// than float can hold. It replaces std::pow, which would add 6 KB of code and tables to what a page downloads.
inline double power(double base, double exponent) { return std::exp(exponent * std::log(base)); }

}  // namespace heed
