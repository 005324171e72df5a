#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "heed/attention/attention.h"
#include "heed/tensor/half.h"
#include "heed/tensor/strided_view.h"

namespace heed {

/// Memory of the caller's that the results of an attention are written to; without data: not wanted. It must overlap neither
/// the inputs nor itself.
template <typename Scalar>
struct AttentionOutputs {
  StridedView<Scalar> output;             ///< (batch, heads, queries, d_v); this one is always wanted
  StridedView<Scalar> log_sum_exp = {};   ///< (batch, heads, queries, 1)
  StridedView<Scalar> entropy = {};       ///< (batch, heads, queries, 1)
  StridedView<Scalar> visible_keys = {};  ///< (batch, heads, queries, 1)
  StridedView<Scalar> weights = {};       ///< (batch, heads, queries, keys)
  StridedView<Scalar> logits = {};        ///< (batch, heads, queries, keys)
};

/// `attention` of tensors with any strides, whose results go where the caller says. The explicit way is taken where weights or
/// logits are wanted; `weights` and `logits` of the options are not read. Inputs and outputs are used where they lie if the
/// rows of each head are contiguous, whatever the order of batch and heads; others are copied.
///
/// Throws as `attention` does, and std::invalid_argument where an output is of another shape.
template <typename Scalar>
void attention_into(const AttentionOutputs<Scalar>& outputs, const StridedView<const Scalar>& query,
                    const std::type_identity_t<StridedView<const Scalar>>& key,
                    const std::type_identity_t<StridedView<const Scalar>>& value,
                    AttentionOptions<Scalar> options = {});

/// The same of Q, K and V in half precision, Float16 or BFloat16, computed and written as float32: what `attention_into` gives
/// for the widened numbers, to the bit. While it runs it holds widened copies, 4 bytes for each number of Q, K and V.
template <typename Half>
  requires std::same_as<Half, Float16> || std::same_as<Half, BFloat16>
void attention_into(const AttentionOutputs<float>& outputs, const StridedView<const Half>& query,
                    const std::type_identity_t<StridedView<const Half>>& key,
                    const std::type_identity_t<StridedView<const Half>>& value, AttentionOptions<float> options = {});

/// What attention of numbers of this type is computed in: float32 where they have half precision, otherwise their own type.
template <typename Element>
using ComputedAs =
    std::conditional_t<std::same_as<Element, Float16> || std::same_as<Element, BFloat16>, float, Element>;

/// The same of a Q that may be written, which is only read: the template argument is deduced from it alone.
template <typename Element>
  requires(!std::is_const_v<Element>)
void attention_into(const AttentionOutputs<ComputedAs<Element>>& outputs, const StridedView<Element>& query,
                    const std::type_identity_t<StridedView<const Element>>& key,
                    const std::type_identity_t<StridedView<const Element>>& value,
                    AttentionOptions<ComputedAs<Element>> options = {}) {
  attention_into(outputs, StridedView<const Element>(query), key, value, std::move(options));
}

}  // namespace heed
