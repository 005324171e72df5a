#pragma once

#include <span>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// Where epsilon is 0, a parameter whose gradients have all been 0 stays as it is.
struct AdamWOptions {
  double beta1 = 0.9;          ///< decay of the first moments, from 0 to below 1
  double beta2 = 0.999;        ///< decay of the second moments, from 0 to below 1
  double epsilon = 1e-8;       ///< added to the root of the second moment
  double weight_decay = 0.01;  ///< times the learning rate, off a parameter at each step
};

/// Throws std::invalid_argument that names the values that are out of range.
void check(const AdamWOptions& options);

/// Adam with decoupled weight decay (I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019,
/// algorithm 2), step for step as torch.optim.AdamW.
template <typename Scalar>
class AdamW {
 public:
  /// For `size` parameters. Throws as `check` does.
  AdamW(Index size, const AdamWOptions& options);

  /// One step counts for all parameters; call it before `update`s.
  void begin_step() { ++steps_; }

  /// Updates parameters [first, first + parameters.size()) from their gradients; `decays` says whether they are decayed.
  /// Throws std::invalid_argument where there are not so many of either.
  void update(Index first, std::span<Scalar> parameters, std::span<const Scalar> gradients, double learning_rate,
              bool decays);

  /// The moving mean of each parameter's gradients, which `restore` takes up again.
  [[nodiscard]] const std::vector<Scalar>& mean() const { return mean_; }
  /// The same of their squares.
  [[nodiscard]] const std::vector<Scalar>& variance() const { return variance_; }

  /// As after `steps` steps that left these moments. Throws std::invalid_argument unless there is one of each parameter,
  /// all are finite, no variance is negative, and `steps` is not.
  void restore(Index steps, const std::vector<Scalar>& mean, const std::vector<Scalar>& variance);

 private:
  AdamWOptions options_;
  Index steps_ = 0;
  std::vector<Scalar> mean_;      ///< first moments
  std::vector<Scalar> variance_;  ///< second moments
};

/// Warm-up from 0 to `peak` over `warm_up` steps, then a cosine down to `last` at `steps`; `step` counts from 0 (I. Loshchilov
/// and F. Hutter, "SGDR", 2017, equation 5).
[[nodiscard]] double learning_rate_at(Index step, Index steps, Index warm_up, double peak, double last);

/// Scales the gradients so that their Euclidean norm is at most `largest`; returns what it was.
template <typename Scalar>
double clip_gradients(std::span<Scalar> gradients, double largest);

}  // namespace heed
