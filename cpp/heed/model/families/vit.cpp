#include "heed/model/families/families.h"
#include "heed/model/families/vit_like.h"

namespace heed::families {

/// ViT and DeiT without a distillation token: classes come from the class token.
ArchitectureConfig vit(const Fields& fields, const Weights& weights) {
  ArchitectureConfig architecture = start(fields, ModelKind::kImage);
  const ImageSizes sizes = image_sizes(fields, 1e-12);
  const Index inner = fields.size("intermediate_size", 3072);
  const std::string base = weights.base("vit.");
  StackConfig stack;
  stack.width = sizes.width;
  stack.embedding = patch_embedding(fields, base + "embeddings.", sizes.width);
  for (Index layer = 0; layer < sizes.layers; ++layer) {
    const std::string name = base + "encoder.layer." + std::to_string(layer) + ".";
    BlockConfig block;
    block.attention = image_attention(fields, sizes, name);
    block.around_attention.before = layer_norm(name + "layernorm_before", sizes.epsilon);
    block.feed_forward =
        plain_feed_forward(sizes.function, linear(name + "intermediate.dense", sizes.width, inner, true),
                           linear(name + "output.dense", inner, sizes.width, true));
    block.around_feed_forward.before = layer_norm(name + "layernorm_after", sizes.epsilon);
    stack.blocks.push_back(std::move(block));
  }
  stack.final_norm = layer_norm(base + "layernorm", sizes.epsilon);
  stack.hidden_states_end_with_norm = false;
  architecture.encoder = std::move(stack);
  if (has_head(fields, weights, "classifier.weight", false, {"ForImageClassification"}))
    architecture.head = image_classifier(weights, sizes.width, HeadConfig::Pooling::kFirst);
  return architecture;
}

}  // namespace heed::families
