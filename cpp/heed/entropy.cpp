#include "heed/entropy.h"

#include <cmath>

namespace heed {

template <typename Scalar>
Scalar entropy(std::span<const Scalar> weights) {
  Scalar sum = 0;
  for (const Scalar weight : weights)
    if (weight != 0) sum -= weight * std::log(weight);
  return sum;
}

template <typename Scalar>
Scalar normalised_entropy(Scalar entropy, Scalar visible_keys) {
  return visible_keys > 1 ? entropy / std::log(visible_keys) : Scalar(0);
}

template float entropy(std::span<const float>);
template double entropy(std::span<const double>);
template float normalised_entropy(float, float);
template double normalised_entropy(double, double);

}  // namespace heed
