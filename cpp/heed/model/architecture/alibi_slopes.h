#pragma once

#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// Slopes of ALiBi as BLOOM and Falcon have them: 2^(−8/n), 2^(−16/n), … for the power of two n ≤ heads, and for what is left
/// every other one of those of 2n.
[[nodiscard]] std::vector<double> alibi_slopes(Index heads);

/// As MPT has them: of the power of two n ≥ heads, first every other one.
[[nodiscard]] std::vector<double> alibi_slopes_of_mpt(Index heads, double largest);

}  // namespace heed
