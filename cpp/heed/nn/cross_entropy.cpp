#include "heed/nn/cross_entropy.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

/// ln Σ exp of a row, whose loss and hit are counted.
template <typename Scalar>
Scalar score(const Scalar* row, Index size, Index target, Loss& loss) {
  const Scalar* largest = std::max_element(row, row + size);
  Scalar total = 0;
  for (Index j = 0; j < size; ++j) total += std::exp(row[j] - *largest);
  const Scalar log_sum_exp = *largest + std::log(total);
  loss.sum += static_cast<double>(log_sum_exp - row[target]);
  loss.scored += 1;
  loss.correct += largest - row == target ? 1 : 0;
  return log_sum_exp;
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
  Loss loss;
  for (Index i = 0; i < logits.rows; ++i)
    if (const Index target = targets[static_cast<std::size_t>(i)]; target >= 0)
      score(logits.row(i), logits.columns, target, loss);
  return loss;
}

template <typename Scalar>
Loss cross_entropy_backward(const MatrixView<Scalar>& logits, std::span<const std::int32_t> targets, double weight) {
  Loss loss;
  for (Index i = 0; i < logits.rows; ++i) {
    Scalar* row = logits.row(i);
    const Index target = targets[static_cast<std::size_t>(i)];
    if (target < 0) {
      std::fill_n(row, logits.columns, Scalar{0});
      continue;
    }
    const Scalar log_sum_exp = score<Scalar>(row, logits.columns, target, loss);
    for (Index j = 0; j < logits.columns; ++j)
      row[j] = (std::exp(row[j] - log_sum_exp) - (j == target ? 1 : 0)) * static_cast<Scalar>(weight);
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
