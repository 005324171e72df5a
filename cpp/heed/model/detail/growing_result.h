#pragma once

#include "heed/model/forward_request.h"
#include "heed/model/key_value_cache.h"

namespace heed {

/// A cache with room for `capacity` tokens that holds the keys and values of the `length` tokens whose details `decoder` has.
[[nodiscard]] KeyValueCache cache_of(const ArchitectureConfig& architecture, const StackResult& decoder, Index length,
                                     Index capacity);

/// Whether a decoder turns queries and keys by other frequencies in a text of one length than in one of the other.
[[nodiscard]] bool turns_differently(const StackConfig& decoder, Index length, Index other);

/// The decoder's part of a pass over further tokens comes after that of those before: details and hidden states.
void append(ForwardResult& result, ForwardResult next);

/// Only the first `length` tokens of the decoder's part stay.
void truncate(ForwardResult& result, Index length);

}  // namespace heed
