#include "heed/attention/metrics/spread.h"

#include <cmath>

namespace heed {

Spread spread_of(std::span<const double> numbers) {
  require(!numbers.empty(), {"there are no numbers"});
  const auto count = static_cast<double>(numbers.size());
  Spread spread{.largest = numbers[0]};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    spread.mean += numbers[i] / count;
    if (!(numbers[i] > spread.largest) && !std::isnan(numbers[i])) continue;
    if (std::isnan(spread.largest)) continue;
    spread.largest = numbers[i];
    spread.largest_at = static_cast<Index>(i);
  }
  double squares = 0;
  for (const double number : numbers) squares += (number - spread.mean) * (number - spread.mean) / count;
  spread.deviation = std::sqrt(squares);
  return spread;
}

}  // namespace heed
