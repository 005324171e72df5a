#include "heed/attention/metrics/entropy.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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

template <typename Scalar>
Scalar largest_entropy(Scalar visible_keys) {
  return std::log(std::max(visible_keys, Scalar(1)));
}

template <typename Scalar>
Scalar nats_to_bits(Scalar nats) {
  return nats / std::numbers::ln2_v<Scalar>;
}

template <typename Scalar>
Scalar effective_keys(Scalar nats) {
  return std::exp(nats);
}

template float entropy(std::span<const float>);
template double entropy(std::span<const double>);
template float normalised_entropy(float, float);
template double normalised_entropy(double, double);
template float largest_entropy(float);
template double largest_entropy(double);
template float nats_to_bits(float);
template double nats_to_bits(double);
template float effective_keys(float);
template double effective_keys(double);

}  // namespace heed
