#pragma once

#include "heed/ops/matrix.h"

namespace heed {

/// y = (x − mean) / √(variance + ε) · gain + bias, over each row (J. L. Ba et al., "Layer Normalization", 2016). x and y are
/// (n × d), gain (d), bias (d) or null; the variance is that of the row's d numbers, divided by d.
template <typename Scalar>
void layer_norm(const MatrixView<const Scalar>& x, const Scalar* gain, const Scalar* bias, double epsilon,
                const MatrixView<Scalar>& y);

/// Adds to ∂x, ∂gain, and ∂bias where it is not null. With x̂ = (x − mean)/√(variance + ε) and ĝ = ∂y · gain:
/// ∂x = (ĝ − mean(ĝ) − x̂ · mean(ĝ x̂)) / √(variance + ε).
template <typename Scalar>
void layer_norm_backward(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon,
                         const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                         Scalar* gain_gradient, Scalar* bias_gradient);

}  // namespace heed
