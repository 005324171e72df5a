#include <limits>

#include "heed/model/families/families.h"
#include "heed/model/families/vit_like.h"

namespace heed::families {
namespace {

FeedForwardConfig feed_forward(const Fields& fields, const ImageSizes& sizes, const std::string& name) {
  const double ratio = fields.number("mlp_ratio", 4.0);
  const Index inner = saturating_whole(static_cast<double>(sizes.width) * ratio);
  constexpr Index kMost = std::numeric_limits<Index>::max() / 4;  // there are products of it below
  if (!(ratio > 0 && ratio < 1024) || inner < 1 || inner > kMost)
    fields.refuse("mlp_ratio",
                  message({"it must be above 0 and below 1024; of a width of ", sizes.width, " it makes ", inner}));
  if (!fields.flag("use_swiglu_ffn", false))
    return plain_feed_forward(sizes.function, linear(name + "fc1", sizes.width, inner, true),
                              linear(name + "fc2", inner, sizes.width, true));
  const Index gated = (inner * 2 / 3 + 7) / 8 * 8;
  return fused_gated_feed_forward(ActivationFunction::kSilu, linear(name + "weights_in", sizes.width, 2 * gated, true),
                                  linear(name + "weights_out", gated, sizes.width, true));
}

}  // namespace

/// DINOv2: layer scale; images of any size; classes come from the class token and the mean of the patches.
ArchitectureConfig dinov2(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kImage);
  const ImageSizes sizes = image_sizes(fields, 1e-6);
  const std::string base = weights.base("dinov2.");
  StackConfig stack;
  stack.width = sizes.width;
  stack.embedding = patch_embedding(fields, base + "embeddings.", sizes.width);
  stack.embedding.patches->any_size = true;
  for (Index layer = 0; layer < sizes.layers; ++layer) {
    const std::string name = base + "encoder.layer." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = image_attention(fields, sizes, name);
    block.around_attention = {.before = layer_norm(name + "norm1", sizes.epsilon),
                              .scale = name + "layer_scale1.lambda1"};
    block.feed_forward = feed_forward(fields, sizes, name + "mlp.");
    block.around_feed_forward = {.before = layer_norm(name + "norm2", sizes.epsilon),
                                 .scale = name + "layer_scale2.lambda1"};
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "layernorm", sizes.epsilon);
  stack.hidden_states_end_with_norm = false;
  architecture.encoder = std::move(stack);
  if (has_head(fields, weights, "classifier.weight", false, {"ForImageClassification"}))
    architecture.head = image_classifier(weights, 2 * sizes.width, HeadConfig::Pooling::kFirstAndMean);
  return architecture;
}

}  // namespace heed::families
