#pragma once

#include "heed/model/families/parts.h"

namespace heed::families {

/// The sizes of an image model.
struct ImageSizes {
  Index width;
  HeadSizes heads;
  Index layers;
  double epsilon;
  ActivationFunction function;
};
[[nodiscard]] ImageSizes image_sizes(const Fields& fields, double epsilon);

/// Patches, a class token and learned positions of both, named as ViT's.
[[nodiscard]] EmbeddingConfig patch_embedding(const Fields& fields, const std::string& base, Index width);

/// Attention named attention.attention.query … and attention.output.dense, after `name`.
[[nodiscard]] AttentionConfig image_attention(const Fields& fields, const ImageSizes& sizes, const std::string& name);

/// Classes, from `inputs` numbers.
[[nodiscard]] HeadConfig image_classifier(const Weights& weights, Index inputs, HeadConfig::Pooling pooling);

}  // namespace heed::families
