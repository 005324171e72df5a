#pragma once

#include "heed/ops/matrix.h"

namespace heed {

/// y = x W + b; x (n × in), W (in × out), b (out) or null, y (n × out). All rows are contiguous.
template <typename Scalar>
void linear(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight, const Scalar* bias,
            const MatrixView<Scalar>& y);

/// y += x W + b
template <typename Scalar>
void linear_add(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight, const Scalar* bias,
                const MatrixView<Scalar>& y);

/// Adds xᵀ ∂y to ∂W and Σ_n ∂y_n to ∂b (where not null), and sets ∂x = ∂y Wᵀ.
template <typename Scalar>
void linear_backward(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight,
                     const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                     Scalar* weight_gradient, Scalar* bias_gradient);

/// The same, but adds to ∂x.
template <typename Scalar>
void linear_backward_add(const MatrixView<const Scalar>& x, const MatrixView<const Scalar>& weight,
                         const MatrixView<const Scalar>& y_gradient, const MatrixView<Scalar>& x_gradient,
                         Scalar* weight_gradient, Scalar* bias_gradient);

}  // namespace heed
