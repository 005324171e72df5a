#pragma once

#include <span>

namespace heed {

/// Shannon entropy H = −Σ_j p_j ln p_j in nats, with 0 · ln 0 = 0. Low where attention is focused, high where it is
/// spread: 0 ≤ H ≤ ln(number of keys that can be seen). NaN if a weight is NaN.
template <typename Scalar>
[[nodiscard]] Scalar entropy(std::span<const Scalar> weights);

/// H / ln(visible keys): 0 for one key, 1 for an even share of all that can be seen. 0 where at most one key is
/// visible, so that the first row under a causal mask does not read as "focused" by choice.
template <typename Scalar>
[[nodiscard]] Scalar normalised_entropy(Scalar entropy, Scalar visible_keys);

/// ln(visible keys), the entropy of an even share of all that can be seen, in nats; 0 where none is.
template <typename Scalar>
[[nodiscard]] Scalar largest_entropy(Scalar visible_keys);

/// H / ln 2.
template <typename Scalar>
[[nodiscard]] Scalar nats_to_bits(Scalar nats);

/// exp(H), the perplexity: among how many keys an even share has this entropy.
template <typename Scalar>
[[nodiscard]] Scalar effective_keys(Scalar nats);

}  // namespace heed
