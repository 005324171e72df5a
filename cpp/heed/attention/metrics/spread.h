#pragma once

#include <span>

#include "heed/tensor/tensor.h"

namespace heed {

/// What several numbers amount to, a score of a head on several texts for example.
struct Spread {
  double mean = 0;       ///< Σ x / n
  double deviation = 0;  ///< √(mean of (x − mean)²)
  double largest = 0;    ///< max x
  Index largest_at = 0;  ///< the first of them
};

/// Throws std::invalid_argument where there are no numbers. NaN in any of them is in all but the last of the results.
[[nodiscard]] Spread spread_of(std::span<const double> numbers);

}  // namespace heed
