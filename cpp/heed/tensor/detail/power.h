#pragma once

#include <cmath>

namespace heed {

/// base^exponent of a base from 0, to some 10⁻¹⁵ of it, which is exact for float. In place of std::pow, whose code and tables of
/// 6 KB a page would download for it.
inline double power(double base, double exponent) { return std::exp(exponent * std::log(base)); }

}  // namespace heed
