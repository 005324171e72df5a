#include "explain/scaling/softmax_jacobian.h"

#include <algorithm>
#include <cmath>

namespace heed::explain {

double softmax_jacobian_norm(std::span<const double> probabilities) {
  const auto largest = std::max_element(probabilities.begin(), probabilities.end());
  double rest = 0;  // 1 − the largest, which may round to 1
  for (auto p = probabilities.begin(); p != probabilities.end(); ++p)
    if (p != largest) rest += *p;
  double squares = 0;
  double sum = 0;
  for (auto p = probabilities.begin(); p != probabilities.end(); ++p) {
    const double others = p == largest ? rest : 1 - *p;
    const double square = *p * *p;
    sum += square * (others * others + 2 * squares);
    squares += square;
  }
  return std::sqrt(sum);
}

}  // namespace heed::explain
