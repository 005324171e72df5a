#include "heed/model/families/bert_like.h"
#include "heed/model/families/families.h"

namespace heed::families {

/// MPNet: a relative bias shared by the layers; positions count from 2 over what is not padding.
ArchitectureConfig mpnet(const Fields& fields, const Weights& weights) {
  BertLike choices = bert_choices(fields, weights, "mpnet.");
  choices.has_types = false;
  ArchitectureConfig architecture = bert_like(fields, choices);
  architecture.padding_token = 1;  // whatever the configuration says
  count_without_padding(fields, architecture);
  constexpr Index kBuckets = 32;  // of distances, however many rows the configuration gives the table
  if (fields.size("relative_attention_num_buckets", kBuckets) != kBuckets)
    fields.refuse("relative_attention_num_buckets", "only 32 is supported");
  StackConfig& stack = *architecture.encoder;
  for (std::size_t i = 0; i < stack.blocks.size(); ++i) {
    const std::string name = choices.base + "encoder.layer." + std::to_string(i) + ".attention.";
    BlockConfig& block = stack.blocks[i];
    AttentionConfig& attention = block.attention;
    attention = separate_attention(
        {attention.heads, attention.heads, attention.head_dim}, stack.width,
        {.query = name + "attn.q", .key = name + "attn.k", .value = name + "attn.v", .output = name + "attn.o"});
    attention.relative_bias = {.table = choices.base + "encoder.relative_attention_bias.weight",
                               .buckets = kBuckets,
                               .max_distance = 128,
                               .bidirectional = true};
    block.around_attention.after_sum = layer_norm(name + "LayerNorm", choices.epsilon);
  }
  if (has_own_head(fields, weights, "lm_head.", {"ForMaskedLM"}))
    architecture.head = roberta_head(architecture, fields, weights, choices.epsilon);
  return architecture;
}

}  // namespace heed::families
