#include "heed/model/families/vit_like.h"

#include <tuple>

namespace heed::families {
namespace {

/// Height and width: a number, or a list of two.
std::pair<Index, Index> height_and_width(const Fields& fields, const char* field, Index absent) {
  const std::vector<Index> sizes = fields.sizes(field, 1, Index{1} << 14);
  if (sizes.empty()) return {absent, absent};
  if (sizes.size() > 2) fields.refuse(field, "it must be a number, or a height and a width");
  return {sizes.front(), sizes.back()};
}

}  // namespace

ImageSizes image_sizes(const Fields& fields, double epsilon) {
  const Index width = fields.size("hidden_size", 768);
  return {.width = width,
          .heads = equal_heads(fields, "num_attention_heads", width),
          .layers = fields.size("num_hidden_layers", 12, 1, kMostLayers),
          .epsilon = fields.number("layer_norm_eps", epsilon),
          .function = activation(fields, "hidden_act", "gelu")};
}

EmbeddingConfig patch_embedding(const Fields& fields, const std::string& base, Index width) {
  PatchConfig patches;
  std::tie(patches.image_height, patches.image_width) = height_and_width(fields, "image_size", 224);
  std::tie(patches.patch_height, patches.patch_width) = height_and_width(fields, "patch_size", 16);
  patches.channels = fields.size("num_channels", 3, 1, 4096);
  if (patches.patch_height > patches.image_height || patches.patch_width > patches.image_width)
    fields.refuse("patch_size",
                  message({"it must be at most the image's ", patches.image_height, " × ", patches.image_width}));
  patches.weight = base + "patch_embeddings.projection.weight";
  patches.bias = base + "patch_embeddings.projection.bias";
  patches.class_token = base + "cls_token";
  return {.width = width,
          .positions = learned_positions(base + "position_embeddings", 1 + patches.patches()),
          .patches = patches};
}

AttentionConfig image_attention(const Fields& fields, const ImageSizes& sizes, const std::string& name) {
  return separate_attention(sizes.heads, sizes.width,
                            {.query = name + "attention.attention.query",
                             .key = name + "attention.attention.key",
                             .value = name + "attention.attention.value",
                             .output = name + "attention.output.dense",
                             .query_key_value_bias = fields.flag("qkv_bias", true)});
}

HeadConfig image_classifier(const Weights& weights, Index inputs, HeadConfig::Pooling pooling) {
  const StoredTensor& tensor = weights.get("classifier.weight");
  HeadConfig head;
  head.pooling = pooling;
  head.output = linear("classifier", inputs, tensor.shape.empty() ? 0 : tensor.shape.front(), true);
  return head;
}

}  // namespace heed::families
