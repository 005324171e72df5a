#pragma once

#include "heed/ops/matrix.h"

namespace heed {

/// y = x / √(mean(x²) + ε) · gain, over each row (B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019,
/// equation 4). x and y are (n × d), gain is (d).
template <typename Scalar>
void rms_norm(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon, const MatrixView<Scalar>& y);

/// Adds to ∂x and ∂gain. With r = 1/√(mean(x²) + ε) and ĝ = ∂y · gain: ∂x = r ĝ − r³ x · mean(ĝ x).
template <typename Scalar>
void rms_norm_backward(const MatrixView<const Scalar>& x, const Scalar* gain, double epsilon,
                       const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                       Scalar* gain_gradient);

}  // namespace heed
