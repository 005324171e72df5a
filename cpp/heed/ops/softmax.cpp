#include "heed/ops/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "heed/kernels/dispatch.h"

namespace heed {
namespace {

template <typename Scalar>
constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();

/// The largest logit that is not NaN; −∞ if there is none.
template <typename Scalar>
Scalar largest_of(std::span<const Scalar> logits) {
  Scalar largest = kHidden<Scalar>;
  for (const Scalar logit : logits) largest = std::max(largest, logit);
  return largest;
}

/// As kernels::SoftmaxOfRow.
template <typename Scalar>
struct Sums {
  bool finite;
  Scalar largest;
  Scalar sum;
  Scalar weighted;
};

/// As kernels::SoftmaxRowKernel.
Sums<double> weights_of_row(std::span<double> row) {
  const auto is_finite_or_hidden = [](double logit) { return logit < std::numeric_limits<double>::infinity(); };
  Sums<double> sums{std::ranges::all_of(row, is_finite_or_hidden), largest_of(std::span<const double>(row)), 0, 0};
  if (!sums.finite) return sums;
  const double shift = sums.largest == kHidden<double> ? 0 : sums.largest;
  for (double& logit : row) {
    const double below = logit - shift;
    logit = std::exp(below);
    sums.sum += logit;
    if (below != kHidden<double>) sums.weighted += logit * below;
  }
  if (sums.sum != 0)
    for (double& weight : row) weight /= sums.sum;
  return sums;
}

Sums<float> weights_of_row(std::span<float> row) {
  if (row.empty()) return {true, kHidden<float>, 0, 0};  // whose data may be null
  kernels::SoftmaxOfRow result{};
  kernels::available().front().softmax_row(row.data(), static_cast<Index>(row.size()), result);
  return {result.finite, result.largest, result.sum, result.weighted};
}

}  // namespace

template <typename Scalar>
Scalar log_sum_exp(std::span<const Scalar> logits) {
  const Scalar largest = largest_of(logits);
  const Scalar shift = largest == kHidden<Scalar> ? 0 : largest;
  Scalar sum = 0;
  for (const Scalar logit : logits) sum += std::exp(logit - shift);
  return shift + std::log(sum);
}

template <typename Scalar>
SoftmaxSummary<Scalar> softmax(std::span<Scalar> row) {
  constexpr Scalar kNan = std::numeric_limits<Scalar>::quiet_NaN();
  const auto [finite, largest, sum, weighted] = weights_of_row(row);
  if (!finite) {
    for (Scalar& logit : row) logit = logit == kHidden<Scalar> ? 0 : kNan;
    return {kNan, kNan};
  }
  if (sum == 0) return {kHidden<Scalar>, 0};
  const Scalar entropy = std::log(sum) - weighted / sum;
  return {largest + std::log(sum), entropy < 0 ? 0 : entropy};
}

template <typename Scalar>
void softmax_rows(const MatrixView<Scalar>& x, Scalar scale, VisibleColumns visible, Scalar* log_sum_exp) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().softmax_rows({.x = x.data,
                                                            .stride = x.stride,
                                                            .rows = x.rows,
                                                            .columns = x.columns,
                                                            .scale = scale,
                                                            .visible = visible.first,
                                                            .visible_step = visible.step,
                                                            .log_sum_exp = log_sum_exp});
  } else {
    for (Index i = 0; i < x.rows; ++i) {
      const std::span row(x.row(i), static_cast<std::size_t>(visible.first + i * visible.step));
      for (Scalar& logit : row) logit *= scale;
      const SoftmaxSummary<Scalar> summary = softmax(row);
      if (log_sum_exp != nullptr) log_sum_exp[i] = summary.log_sum_exp;
      std::fill(row.data() + row.size(), x.row(i) + x.columns, Scalar{0});
    }
  }
}

template <typename Scalar>
void softmax_rows_backward(const MatrixView<const Scalar>& weights, Scalar scale, const MatrixView<Scalar>& gradient) {
  if constexpr (std::is_same_v<Scalar, float>) {
    kernels::available_for_training().front().softmax_rows_backward({.weights = weights.data,
                                                                     .gradient = gradient.data,
                                                                     .stride = weights.stride,
                                                                     .rows = weights.rows,
                                                                     .columns = weights.columns,
                                                                     .scale = scale});
  } else {
    for (Index i = 0; i < weights.rows; ++i) {
      Scalar mean = 0;
      for (Index j = 0; j < weights.columns; ++j) mean += weights.row(i)[j] * gradient.row(i)[j];
      for (Index j = 0; j < weights.columns; ++j)
        gradient.row(i)[j] = weights.row(i)[j] * (gradient.row(i)[j] - mean) * scale;
    }
  }
}

template float log_sum_exp(std::span<const float>);
template double log_sum_exp(std::span<const double>);
template SoftmaxSummary<float> softmax(std::span<float>);
template SoftmaxSummary<double> softmax(std::span<double>);
template void softmax_rows(const MatrixView<float>&, float, VisibleColumns, float*);
template void softmax_rows(const MatrixView<double>&, double, VisibleColumns, double*);
template void softmax_rows_backward(const MatrixView<const float>&, float, const MatrixView<float>&);
template void softmax_rows_backward(const MatrixView<const double>&, double, const MatrixView<double>&);

}  // namespace heed
