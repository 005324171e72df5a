#include "heed/model/key_value_cache.h"

#include <algorithm>
#include <utility>

#include "heed/model/architecture/fields.h"

namespace heed {
namespace {

Index checked_capacity(const ArchitectureConfig& architecture, Index capacity) {
  require(architecture.decoder.has_value(), {"a model of kind ", name_of(architecture.kind),
                                             " has no decoder, whose keys and values a cache would hold"});
  const Index most = architecture.context == 0 ? Fields::kLargestSize : architecture.context;
  require(capacity >= 1 && capacity <= most, {"the cache's capacity is ", capacity, "; it must be from 1 to ", most});
  return capacity;
}

/// Of every layer of the decoder: no rows, and room for `capacity`.
std::vector<LayerCache> empty_layers(const ArchitectureConfig& architecture, Index capacity) {
  std::vector<LayerCache> layers;
  for (const BlockConfig& block : architecture.decoder->blocks) {
    const AttentionConfig& attention = block.attention;
    layers.push_back(
        {.keys = HeadRows(attention.key_value_heads, capacity, attention.head_dim, "the keys' cache"),
         .values = HeadRows(attention.key_value_heads, capacity, attention.value_dim, "the values' cache")});
    layers.back().keys.resize(0);
    layers.back().values.resize(0);
  }
  return layers;
}

}  // namespace

KeyValueCache::KeyValueCache(const ArchitectureConfig& architecture, Index capacity)
    : capacity_(checked_capacity(architecture, capacity)),
      layers_(empty_layers(architecture, capacity)),
      cross_layers_(layers_.size()) {}

KeyValueCache::KeyValueCache(const ArchitectureConfig& architecture, Index capacity, std::vector<LayerCache> layers)
    : capacity_(checked_capacity(architecture, capacity)), layers_(std::move(layers)), cross_layers_(layers_.size()) {
  check_count(*architecture.decoder);
}

void KeyValueCache::truncate(Index length) {
  require(length >= 0 && length <= length_, {"the cache holds ", length_, " tokens and cannot be cut to ", length});
  length_ = length;
}

void KeyValueCache::check_count(const StackConfig& decoder) const {
  const auto count = static_cast<Index>(layers_.size());
  const auto layers = static_cast<Index>(decoder.blocks.size());
  require(count == layers, {"the cache has ", count, " layers but the model has ", layers, ": it is of another model"});
}

void KeyValueCache::check_fits(const StackConfig& decoder) const {
  const auto check_layer = [](const LayerCache& cache, const AttentionConfig& attention, Index length, Index layer) {
    const auto room = [&](const HeadRows& rows) {
      return Shape{1, rows.shape.heads, std::min(rows.capacity, length), rows.shape.dim};
    };
    const Shape keys{1, attention.key_value_heads, length, attention.head_dim};
    const Shape values{1, attention.key_value_heads, length, attention.value_dim};
    require(room(cache.keys) == keys && room(cache.values) == values,
            {"the cache holds keys of shape ", room(cache.keys), " and values of shape ", room(cache.values),
             " for layer ", layer, ", whose own are ", keys, " and ", values, ": it is of another model"});
  };
  check_count(decoder);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const BlockConfig& block = decoder.blocks[i];
    check_layer(layers_[i], block.attention, capacity_, static_cast<Index>(i));
    if (block.cross_attention && encoder_length_ > 0)
      check_layer(cross_layers_[i], *block.cross_attention, encoder_length_, static_cast<Index>(i));
  }
}

}  // namespace heed
