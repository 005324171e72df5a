#include "heed/training/adamw.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>
#include <utility>

#include "heed/kernels/dispatch.h"
#include "heed/tensor/detail/power.h"
#include "heed/tensor/sums.h"

namespace heed {

void check(const AdamWOptions& options) {
  // What the optimiser computes with is single precision.
  const auto within = [](double beta) { return beta >= 0 && static_cast<float>(beta) < 1; };
  require(within(options.beta1) && within(options.beta2),
          {"beta1 is ", options.beta1, " and beta2 ", options.beta2,
           "; both must be from 0 to below 1, in single precision too"});
  constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
  for (const auto& [name, value] : {std::pair{"epsilon", options.epsilon}, {"weight decay", options.weight_decay}})
    require(value >= 0 && value <= kMost, {name, " is ", value, "; it must be from 0 to ", kMost});
}

template <typename Scalar>
AdamW<Scalar>::AdamW(Index size, const AdamWOptions& options)
    : options_((check(options), options)),
      mean_(static_cast<std::size_t>(size)),
      variance_(static_cast<std::size_t>(size)) {}

template <typename Scalar>
void AdamW<Scalar>::update(Index first, std::span<Scalar> parameters, std::span<const Scalar> gradients,
                           double learning_rate, bool decays) {
  const Index count = std::ssize(parameters);
  require(
      std::ssize(gradients) == count && first >= 0 && first <= std::ssize(mean_) - count,
      {"parameters ", first, " to ", saturating_sum(first, count), " with ", static_cast<Index>(std::ssize(gradients)),
       " gradients; there are ", static_cast<Index>(std::ssize(mean_)), " parameters"});
  const double steps = static_cast<double>(steps_);
  const Scalar step_size = static_cast<Scalar>(learning_rate / (1 - power(options_.beta1, steps)));
  const Scalar variance_correction = static_cast<Scalar>(1 / std::sqrt(1 - power(options_.beta2, steps)));
  const Scalar decay_factor = decays ? static_cast<Scalar>(1 - learning_rate * options_.weight_decay) : 1;
  const Scalar beta1 = static_cast<Scalar>(options_.beta1);
  const Scalar beta2 = static_cast<Scalar>(options_.beta2);
  // Not 1 − beta in single precision, in which little is left of a beta near 1.
  const Scalar mean_share = static_cast<Scalar>(1 - options_.beta1);
  const Scalar variance_share = static_cast<Scalar>(1 - options_.beta2);
  const Scalar epsilon = static_cast<Scalar>(options_.epsilon);
  Scalar* mean = mean_.data() + first;
  Scalar* variance = variance_.data() + first;
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().adamw({.parameters = parameters.data(),
                                                     .gradients = gradients.data(),
                                                     .mean = mean,
                                                     .variance = variance,
                                                     .count = std::ssize(parameters),
                                                     .beta1 = beta1,
                                                     .beta2 = beta2,
                                                     .mean_share = mean_share,
                                                     .variance_share = variance_share,
                                                     .epsilon = epsilon,
                                                     .decay_factor = decay_factor,
                                                     .step_size = step_size,
                                                     .variance_correction = variance_correction});
    return;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Scalar g = gradients[i];
    mean[i] = beta1 * mean[i] + mean_share * g;
    variance[i] = beta2 * variance[i] + variance_share * g * g;
    const Scalar spread = std::sqrt(variance[i]) * variance_correction + epsilon;
    parameters[i] = parameters[i] * decay_factor - (spread == 0 ? Scalar{0} : step_size * mean[i] / spread);
  }
}

template <typename Scalar>
void AdamW<Scalar>::restore(Index steps, const std::vector<Scalar>& mean, const std::vector<Scalar>& variance) {
  const auto count = [](const std::vector<Scalar>& moments) { return static_cast<Index>(moments.size()); };
  require(mean.size() == mean_.size() && variance.size() == variance_.size(),
          {"there are ", count(mean), " means and ", count(variance), " variances of ", count(mean_), " parameters"});
  require(steps >= 0, {"the optimiser is to have taken ", steps, " steps"});
  for (std::size_t i = 0; i < mean.size(); ++i)
    require(std::isfinite(mean[i]) && std::isfinite(variance[i]) && variance[i] >= 0,
            {"the optimiser's moments of parameter ", static_cast<Index>(i), " are ", static_cast<double>(mean[i]),
             " and ", static_cast<double>(variance[i]), "; they must be finite, the second not negative"});
  steps_ = steps;
  mean_ = mean;
  variance_ = variance;
}

double learning_rate_at(Index step, Index steps, Index warm_up, double peak, double last) {
  if (step < warm_up) return peak * static_cast<double>(step + 1) / static_cast<double>(warm_up);
  const double rest = static_cast<double>(std::max<Index>(1, steps - warm_up));
  const double share = std::min(1.0, static_cast<double>(step - warm_up) / rest);
  return last + (peak - last) * (1 + std::cos(std::numbers::pi * share)) / 2;
}

template <typename Scalar>
double clip_gradients(std::span<Scalar> gradients, double largest) {
  const double squares = sum_of<double>(std::ssize(gradients), [&](Index i) {
    const double g = static_cast<double>(gradients[static_cast<std::size_t>(i)]);
    return g * g;
  });
  const double norm = std::sqrt(squares);
  if (norm > largest)
    for (Scalar& g : gradients) g *= static_cast<Scalar>(largest / norm);
  return norm;
}

template class AdamW<float>;
template class AdamW<double>;
template double clip_gradients(std::span<float>, double);
template double clip_gradients(std::span<double>, double);

}  // namespace heed
