#pragma once

#include "heed/model/forward_request.h"
#include "heed/model/key_value_cache.h"

namespace heed {

/// The keys and values that the details of a decoder have, as a cache. They are moved into it, and back where its life ends, with
/// those of the tokens that a pass has added.
class LentCache {
 public:
  /// Of the `length` tokens whose details `decoder` has, with room for `capacity`, which there must be (reserve()).
  LentCache(const ArchitectureConfig& architecture, StackResult& decoder, Index length, Index capacity);
  ~LentCache();
  LentCache(const LentCache&) = delete;
  LentCache& operator=(const LentCache&) = delete;

  [[nodiscard]] KeyValueCache& cache() { return cache_; }

 private:
  void swap_all() noexcept;

  StackResult& decoder_;
  KeyValueCache cache_;
};

/// Whether a decoder turns queries and keys by other frequencies in a text of one length than in one of the other.
[[nodiscard]] bool turns_differently(const StackConfig& decoder, Index length, Index other);

/// Room for the details and hidden states of so many tokens of the decoder's text, so that append() needs no memory. Throws
/// OutOfMemory; the result stays as it was.
void reserve(ForwardResult& result, Index tokens);

/// The decoder's part of a pass over further tokens, without keys and values, comes after that of those before.
void append(ForwardResult& result, const ForwardResult& next);

/// Only the first `length` tokens of the decoder's part stay.
void truncate(ForwardResult& result, Index length);

}  // namespace heed
