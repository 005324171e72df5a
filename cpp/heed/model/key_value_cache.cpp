#include "heed/model/key_value_cache.h"

#include "heed/model/architecture/fields.h"

namespace heed {

KeyValueCache::KeyValueCache(const ArchitectureConfig& architecture, Index capacity) : capacity_(capacity) {
  require(architecture.decoder.has_value(), {"a model of kind ", name_of(architecture.kind),
                                             " has no decoder, whose keys and values a cache would hold"});
  const Index most = architecture.context == 0 ? Fields::kLargestSize : architecture.context;
  require(capacity >= 1 && capacity <= most, {"the cache's capacity is ", capacity, "; it must be from 1 to ", most});
  for (const BlockConfig& block : architecture.decoder->blocks) {
    const AttentionConfig& attention = block.attention;
    LayerCache& layer = layers_.emplace_back();
    layer.keys = Tensor<float>({1, attention.key_value_heads, capacity, attention.head_dim}, "the keys' cache").data;
    layer.values =
        Tensor<float>({1, attention.key_value_heads, capacity, attention.value_dim}, "the values' cache").data;
  }
  cross_layers_.resize(layers_.size());
}

void KeyValueCache::truncate(Index length) {
  require(length >= 0 && length <= length_, {"the cache holds ", length_, " tokens and cannot be cut to ", length});
  length_ = length;
}

}  // namespace heed
