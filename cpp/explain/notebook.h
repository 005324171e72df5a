#pragma once

#include <cstdint>

#include "heed/attention/multi_head.h"

namespace heed::explain {

/// The source experiment, "Attention Mechanism: Theory and Implementation"; the defaults are its own.
struct NotebookOptions {
  Index tokens = 8;
  Index d_model = 64;
  Index heads = 4;
  std::uint32_t seed = 42;
  Init init = Init::kPerHead;
};

/// Its data: everything random, and the queries, keys and values that are made of it.
template <typename Scalar>
struct Notebook {
  /// (1, 1, tokens, d_model): x_ij = sin(j · (i + 1) · 0.1) + 0.1 · N(0, 1). The single head's Q, K and V.
  Tensor<Scalar> x;
  MultiHead<Scalar> weights;
  Projections<Scalar> heads;  ///< Q, K and V of each head
};

/// Draws the experiment's tokens and then its weights from one generator, in double precision, and rounds them to
/// Scalar. Throws std::invalid_argument for fewer than one token and as `random_multi_head` does.
template <typename Scalar>
[[nodiscard]] Notebook<Scalar> make_notebook(const NotebookOptions& options = {});

}  // namespace heed::explain
