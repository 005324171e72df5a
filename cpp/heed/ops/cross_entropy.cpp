#include "heed/ops/cross_entropy.h"

#include <algorithm>

#include "heed/ops/softmax.h"

namespace heed {
namespace {

/// Turns the logits of a row into their softmax; its loss and hit are counted. Of equal logits the first counts as the largest;
/// where there is a NaN, none does.
template <typename Scalar>
void score(Scalar* row, Index size, Index target, Loss& loss) {
  const Scalar of_target = row[target];
  Index ahead = 0;
  // Negated, so that NaN, which compares as false, counts.
  for (Index j = 0; j < target; ++j) ahead += row[j] < of_target ? 0 : 1;
  for (Index j = target; j < size; ++j) ahead += row[j] <= of_target ? 0 : 1;
  Scalar log_sum_exp = 0;
  softmax_rows(matrix(row, 1, size), Scalar{1}, {.first = size}, &log_sum_exp);
  loss.sum += static_cast<double>(log_sum_exp - of_target);
  loss.scored += 1;
  loss.correct += ahead == 0 ? 1 : 0;
}

template <typename Scalar>
void check_targets(const MatrixView<Scalar>& logits, std::span<const std::int32_t> targets) {
  require(std::ssize(targets) == logits.rows,
          {"there are ", static_cast<Index>(std::ssize(targets)), " targets for ", logits.rows, " rows of logits"});
  for (const Index target : targets)
    require(target >= -1 && target < logits.columns,
            {"there is no target ", target, " among ", logits.columns, " logits (−1: not scored)"});
}

}  // namespace

Loss& Loss::operator+=(const Loss& other) {
  sum += other.sum;
  scored += other.scored;
  correct += other.correct;
  return *this;
}

template <typename Scalar>
Loss cross_entropy(const MatrixView<const Scalar>& logits, std::span<const std::int32_t> targets) {
  check_targets(logits, targets);
  Loss loss;
  std::vector<Scalar> row;
  for (Index i = 0; i < logits.rows; ++i)
    if (const Index target = targets[static_cast<std::size_t>(i)]; target >= 0) {
      row.assign(logits.row(i), logits.row(i) + logits.columns);
      score(row.data(), logits.columns, target, loss);
    }
  return loss;
}

template <typename Scalar>
Loss cross_entropy_backward(const MatrixView<Scalar>& logits, std::span<const std::int32_t> targets, double weight) {
  check_targets(logits, targets);
  Loss loss;
  for (Index i = 0; i < logits.rows; ++i) {
    Scalar* row = logits.row(i);
    const Index target = targets[static_cast<std::size_t>(i)];
    if (target < 0) {
      std::fill_n(row, logits.columns, Scalar{0});
      continue;
    }
    score(row, logits.columns, target, loss);
    for (Index j = 0; j < logits.columns; ++j) row[j] *= static_cast<Scalar>(weight);
    row[target] -= static_cast<Scalar>(weight);
  }
  return loss;
}

#define HEED_INSTANTIATE(Scalar)                                                               \
  template Loss cross_entropy(const MatrixView<const Scalar>&, std::span<const std::int32_t>); \
  template Loss cross_entropy_backward(const MatrixView<Scalar>&, std::span<const std::int32_t>, double);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
