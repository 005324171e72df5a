#pragma once

#include <span>
#include <vector>

#include "heed/model/architecture/architecture_config.h"
#include "heed/tensor/head_rows.h"

namespace heed {

/// The keys and values of one layer.
struct LayerCache {
  HeadRows keys;    ///< (1, key/value heads, tokens, head dim)
  HeadRows values;  ///< (1, key/value heads, tokens, value dim)
};

/// The keys and values of tokens that a decoder has seen, so that what follows needs no second pass over them. There is room for
/// all from the start: nothing is ever copied as it fills.
class KeyValueCache {
 public:
  /// For up to `capacity` tokens. Throws std::invalid_argument for a model without a decoder or a capacity that is not from 1 to
  /// its context, and OutOfMemory naming the size.
  KeyValueCache(const ArchitectureConfig& architecture, Index capacity);
  /// With these layers, which may be filled later, but before a pass: each needs room for `capacity` tokens. Throws
  /// std::invalid_argument as above, and for another number of layers than the decoder has.
  KeyValueCache(const ArchitectureConfig& architecture, Index capacity, std::vector<LayerCache> layers);

  /// How many tokens it holds.
  [[nodiscard]] Index length() const { return length_; }
  /// How many it has room for.
  [[nodiscard]] Index capacity() const { return capacity_; }

  /// Forgets all but the first `length` tokens. Throws std::invalid_argument where there are not as many.
  void truncate(Index length);

  /// Throws std::invalid_argument where it was made for another model: of other layers, or heads of another number or size.
  void check_fits(const StackConfig& decoder) const;

  // For the model.

  /// So many tokens more have been written in every layer.
  void advance(Index tokens) { length_ += tokens; }
  /// Of that layer of the decoder, counted from 0.
  [[nodiscard]] LayerCache& layer(Index layer) { return layers_[static_cast<std::size_t>(layer)]; }
  /// Of the encoder's output: filled once, by the first pass.
  [[nodiscard]] std::vector<LayerCache>& cross_layers() { return cross_layers_; }
  [[nodiscard]] Index encoder_length() const { return encoder_length_; }  ///< 0 before the first pass
  /// Of the encoder's tokens, 0 hides; empty: all are visible.
  [[nodiscard]] const std::vector<std::uint8_t>& encoder_mask() const { return encoder_mask_; }
  /// What the keys and values of cross_layers() were made of.
  void set_encoder(Index length, std::span<const std::uint8_t> mask) {
    encoder_mask_.assign(mask.begin(), mask.end());
    encoder_length_ = length;
  }

 private:
  void check_count(const StackConfig& decoder) const;

  Index capacity_;
  std::vector<LayerCache> layers_;
  std::vector<LayerCache> cross_layers_;
  std::vector<std::uint8_t> encoder_mask_;
  Index encoder_length_ = 0;
  Index length_ = 0;
};

}  // namespace heed
