#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "heed/attention/attention.h"
#include "heed/attention/mask.h"

namespace heed {

/// Of query offsets and windows.
inline constexpr Index kLargestOffset = Index{1} << 30;

/// One (batch, head) of an attention call, every option resolved: the unit of work that both ways compute and that can
/// be given to a thread. Matrices are row-major and contiguous.
template <typename Scalar>
struct AttentionHead {
  /// An optional (queries × keys) matrix, broadcast by strides of 0.
  template <typename Element>
  struct Broadcast {
    const Element* data = nullptr;
    Index row_stride = 0;
    Index column_stride = 0;

    [[nodiscard]] const Element& at(Index row, Index column) const {
      return data[row * row_stride + column * column_stride];
    }
  };

  const Scalar* query = nullptr;  ///< (queries × dim)
  const Scalar* key = nullptr;    ///< (keys × dim)
  const Scalar* value = nullptr;  ///< (keys × value_dim)
  Index queries = 0;
  Index keys = 0;
  Index dim = 0;
  Index value_dim = 0;
  Scalar scale = 1;  ///< temperature included
  Scalar softcap = 0;
  Visibility visibility;
  Broadcast<std::uint8_t> mask;
  Broadcast<Scalar> bias;

  [[nodiscard]] bool has_mask_or_bias() const { return mask.data != nullptr || bias.data != nullptr; }

  /// Whether query i may attend to key j.
  [[nodiscard]] bool sees(Index i, Index j) const {
    const KeyRange range = visibility.of(i);
    return range.first <= j && j < range.last && !is_masked(i, j);
  }

  /// Keys that query i may attend to.
  [[nodiscard]] Index count_visible(Index i) const {
    const KeyRange range = visibility.of(i);
    if (!has_mask_or_bias()) return range.size();
    Index count = 0;
    for (Index j = range.first; j < range.last; ++j) count += is_masked(i, j) ? 0 : 1;
    return count;
  }

  /// Turns scale · q·k of query i and key j into its logit, before the limits by position. The product of a masked pair
  /// may be anything, NaN included.
  [[nodiscard]] Scalar finish_logit(Scalar scaled, Index i, Index j) const {
    if (is_masked(i, j)) return kHidden;
    if (softcap > 0) scaled = softcap * std::tanh(scaled / softcap);
    return bias.data == nullptr ? scaled : scaled + bias.at(i, j);
  }

 private:
  static constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();

  [[nodiscard]] bool is_masked(Index i, Index j) const {
    return (mask.data != nullptr && mask.at(i, j) == 0) || (bias.data != nullptr && bias.at(i, j) == kHidden);
  }
};

/// Where the results of one head go; `weights` and `logits` are null in the streaming way.
template <typename Scalar>
struct AttentionHeadResult {
  Scalar* output = nullptr;        ///< (queries × value_dim)
  Scalar* log_sum_exp = nullptr;   ///< (queries)
  Scalar* entropy = nullptr;       ///< (queries)
  Scalar* visible_keys = nullptr;  ///< (queries)
  Scalar* weights = nullptr;       ///< (queries × keys)
  Scalar* logits = nullptr;        ///< (queries × keys), null if not wanted
};

/// Head (b, h) of a call without V, checked. Throws std::invalid_argument as `attention` does, and where there is no such
/// head.
template <typename Scalar>
[[nodiscard]] AttentionHead<Scalar> resolve_head(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                                 const AttentionOptions<Scalar>& options, Index b, Index h);

/// Throws std::invalid_argument unless `log_sum_exp` has the shape (batch, heads, queries, 1) of Q, and the part of
/// rows × columns at (row, column) lies within the `keys` of each of its queries; `what` is what an error calls it.
void check_part(const char* what, const Shape& query, Index keys, const Shape& log_sum_exp, Index row, Index rows,
                Index column, Index columns);

/// Queries [first, first + count) of a head: what a thread takes at a time.
struct QueryRange {
  Index first = 0;
  Index count = 0;
};

/// The explicit way: the rows of the matrix of logits, their softmax, and the product with V, as the formula is written.
template <typename Scalar>
void attention_explicit(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result,
                        QueryRange queries);

/// A_ij = exp(s_ij − lse_i) for the queries and keys of `block`, written to `weights` (block.rows × block.columns).
template <typename Scalar>
void attention_weights_of_head(const AttentionHead<Scalar>& head, const Scalar* log_sum_exp, const WeightsBlock& block,
                               Scalar* weights);

/// The streaming way: tiles of keys with an online softmax; the memory it needs does not depend on the lengths.
template <typename Scalar>
void attention_streaming(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result,
                         QueryRange queries);

}  // namespace heed
