#pragma once

#include <span>

namespace heed::explain {

/// Frobenius norm of the Jacobian of softmax at its probabilities p, ∂p_i/∂s_j = p_i (δ_ij − p_j), the matrix diag(p) − ppᵀ:
///   ‖J‖² = Σ_i p_i² (1 − p_i)² + Σ_{i≠j} p_i² p_j² = S₂ − 2 S₃ + S₂²,   S_k = Σ_i p_i^k.
/// It is 0 for one-hot p and √(n − 1)/n where n keys share evenly. It is never more than ½: Cauchy–Schwarz on
/// p = p^½ p^½ gives S₂² ≤ S₃ S₁ = S₃, hence ‖J‖² ≤ S₂ − S₂² ≤ ¼, reached where two keys have ½ each.
///
/// Added up as the first form, without subtracting: a norm of 1e-30 has all its digits.
[[nodiscard]] double softmax_jacobian_norm(std::span<const double> probabilities);

}  // namespace heed::explain
