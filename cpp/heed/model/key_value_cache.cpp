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
    layers_.push_back(
        {.keys = Tensor<float>({1, attention.key_value_heads, capacity, attention.head_dim}, "the keys' cache"),
         .values = Tensor<float>({1, attention.key_value_heads, capacity, attention.value_dim}, "the values' cache")});
  }
  cross_layers_.resize(layers_.size());
}

void KeyValueCache::truncate(Index length) {
  require(length >= 0 && length <= length_, {"the cache holds ", length_, " tokens and cannot be cut to ", length});
  length_ = length;
}

void KeyValueCache::check_fits(const StackConfig& decoder) const {
  const auto check_layer = [](const LayerCache& cache, const AttentionConfig& attention, Index length, Index layer) {
    const Shape keys{1, attention.key_value_heads, length, attention.head_dim};
    const Shape values{1, attention.key_value_heads, length, attention.value_dim};
    require(cache.keys.shape == keys && cache.values.shape == values,
            {"the cache holds keys of shape ", cache.keys.shape, " and values of shape ", cache.values.shape,
             " for layer ", layer, ", whose own are ", keys, " and ", values, ": it is of another model"});
  };
  const auto count = static_cast<Index>(layers_.size());
  const auto layers = static_cast<Index>(decoder.blocks.size());
  require(count == layers, {"the cache has ", count, " layers but the model has ", layers, ": it is of another model"});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const BlockConfig& block = decoder.blocks[i];
    check_layer(layers_[i], block.attention, capacity_, static_cast<Index>(i));
    if (block.cross_attention && encoder_length_ > 0)
      check_layer(cross_layers_[i], *block.cross_attention, encoder_length_, static_cast<Index>(i));
  }
}

}  // namespace heed
