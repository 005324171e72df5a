#include "heed/nn/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "heed/kernels/dispatch.h"
#include "heed/sums.h"

namespace heed {
namespace {

/// Turns logits into exp(x − largest), whose sum it returns; the loss and the hit are counted.
template <typename Scalar>
Scalar score(Scalar* row, Index size, Index target, Loss& loss) {
  const Index best = std::max_element(row, row + size) - row;
  const Scalar largest = row[best];
  const Scalar below = row[target] - largest;
  if constexpr (std::is_same_v<Scalar, float>) {
    for (Index j = 0; j < size; ++j) row[j] = (row[j] - largest) * std::numbers::log2e_v<float>;
    kernels::available().front().exp2(row, row, size);
  } else {
    for (Index j = 0; j < size; ++j) row[j] = std::exp(row[j] - largest);
  }
  const Scalar total = sum_of<Scalar>(size, [=](Index j) { return row[j]; });
  loss.sum += static_cast<double>(std::log(total) - below);
  loss.scored += 1;
  loss.correct += best == target ? 1 : 0;
  return total;
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
  Loss loss;
  for (Index i = 0; i < logits.rows; ++i) {
    Scalar* row = logits.row(i);
    const Index target = targets[static_cast<std::size_t>(i)];
    if (target < 0) {
      std::fill_n(row, logits.columns, Scalar{0});
      continue;
    }
    const Scalar factor = static_cast<Scalar>(weight) / score(row, logits.columns, target, loss);
    for (Index j = 0; j < logits.columns; ++j) row[j] *= factor;
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
