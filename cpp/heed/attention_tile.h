#pragma once

#include <Eigen/Core>

#include "heed/attention_head.h"

namespace heed {

template <typename Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <typename Scalar>
using MatrixRef = Eigen::Ref<Matrix<Scalar>>;

/// Rows [first, first + rows) of a row-major (… × columns) matrix.
template <typename Scalar>
auto rows_of(Scalar* data, Index first, Index rows, Index columns) {
  using Element = std::remove_const_t<Scalar>;
  using Target = std::conditional_t<std::is_const_v<Scalar>, const Matrix<Element>, Matrix<Element>>;
  return Eigen::Map<Target>(data + first * columns, rows, columns);
}

/// Logits s_ij of queries row… and keys column…, as many as `logits` has rows and columns; −∞ where hidden. Hidden products are
/// overwritten, not added to, so that a NaN in a hidden key does not get through.
template <typename Scalar>
void logits_tile(const AttentionHead<Scalar>& head, Index row, Index column, MatrixRef<Scalar> logits) {
  constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();
  const auto queries = rows_of(head.query, row, logits.rows(), head.dim);
  const auto keys = rows_of(head.key, column, logits.cols(), head.dim);
  logits.noalias() = queries * keys.transpose();
  const bool plain = head.softcap == 0 && !head.has_mask_or_bias();
  for (Index i = 0; i < logits.rows(); ++i) {
    const KeyRange visible = head.visibility.of(row + i);
    auto tile_row = logits.row(i);
    if (plain) {
      tile_row *= head.scale;
    } else {
      for (Index j = 0; j < logits.cols(); ++j)
        tile_row(j) = head.finish_logit(head.scale * tile_row(j), row + i, column + j);
    }
    const Index first = std::clamp<Index>(visible.first - column, 0, logits.cols());
    const Index last = std::clamp<Index>(visible.last - column, first, logits.cols());
    tile_row.head(first).setConstant(kHidden);
    tile_row.tail(logits.cols() - last).setConstant(kHidden);
  }
}

/// output += weights · V for keys column…. Where V holds NaN or infinity the product is taken term by term without the hidden
/// keys, because 0 · NaN is NaN.
template <typename Scalar>
void add_weighted_values(const AttentionHead<Scalar>& head, Index row, Index column,
                         const Eigen::Ref<const Matrix<Scalar>>& weights, MatrixRef<Scalar> output) {
  const auto values = rows_of(head.value, column, weights.cols(), head.value_dim);
  if (values.allFinite()) {
    output.noalias() += weights * values;
    return;
  }
  for (Index i = 0; i < weights.rows(); ++i)
    for (Index j = 0; j < weights.cols(); ++j)
      if (head.sees(row + i, column + j)) output.row(i) += weights(i, j) * values.row(j);
}

}  // namespace heed
