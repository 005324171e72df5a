#pragma once

#include <cstdint>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// What dividing q·k by √d_k does to a softmax over random keys: an experiment, repeated.
struct ScalingOptions {
  Index dim = 64;      ///< d_k
  Index keys = 64;     ///< n, what one row's softmax runs over
  Index queries = 32;  ///< rows of each repeat, which share its keys
  Index repeats = 8;   ///< each with queries, keys and values of its own
  std::uint32_t seed = 1;
};

/// Of some measurements: their mean, their median, and the range of the middle 80 %, from the quantile 0.1 to 0.9 (linear
/// between measurements, as NumPy's default).
struct Spread {
  double mean = 0;
  double median = 0;
  double low = 0;
  double high = 0;
};

/// One way to turn products into weights.
struct ScaledSoftmax {
  Spread variance;  ///< of the logits of a repeat, over the repeats
  // Over all rows of all repeats:
  Spread largest_weight;
  Spread entropy;                 ///< as a share of ln n
  Spread jacobian;                ///< Frobenius norm of ∂weights/∂logits
  Spread gradient;                ///< norm of ∂loss/∂logits, by the backward pass of attention
  std::vector<double> first_row;  ///< the n weights of the first query
};

struct ScalingResult {
  /// Shares of the products q·k/√d_k, over the edges of `scaling_bin_edges`: measured, as exact theory has it, and in the
  /// normal limit.
  std::vector<double> measured;
  std::vector<double> exact;
  std::vector<double> normal;
  Index products = 0;  ///< how many q·k were measured
  ScaledSoftmax unscaled;
  ScaledSoftmax scaled;
};

/// 81 equal bins of q·k/√d_k from −4 to 4, one of them around 0.
[[nodiscard]] std::vector<double> scaling_bin_edges();

/// Queries and keys whose components are independent standard normals, so that q·k has mean 0 and variance d_k (A. Vaswani et
/// al., "Attention Is All You Need", 2017, section 3.2.1 and footnote 4). Their products, and these over √d_k, are the logits
/// of softmax over the n keys. The loss is the output itself, L = Σ_j p_j v_j with values v_j that are standard normals:
/// ∂L/∂s = J v, whose expected square is ‖J‖².
///
/// The vectors for a larger d_k continue those for a smaller one of the same seed, component by component, so that numbers
/// for several d_k are not independent of each other. Products in single precision, all that follows from them in double.
///
/// Throws std::invalid_argument where d_k, keys, queries or repeats is less than 1.
[[nodiscard]] ScalingResult scaling_experiment(const ScalingOptions& options);

}  // namespace heed::explain
