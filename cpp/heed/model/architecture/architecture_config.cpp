#include "heed/model/architecture/architecture_config.h"

#include <cmath>
#include <limits>

namespace heed {
namespace {

/// What a model computes with is narrower than what was computed of its configuration.
void check_number(double number, Index layer, const char* name) {
  require(std::abs(number) <= double{std::numeric_limits<float>::max()},
          {"layer ", layer, "'s ", name, " is ", number, "; single precision holds no such number"});
}

void check_numbers(const AttentionConfig& attention, Index layer) {
  check_number(attention.scale, layer, "scale of logits");
  check_number(double{attention.rotary.factor}, layer, "factor of rotary positions");
  for (const auto* frequencies : {&attention.rotary.frequencies, &attention.rotary.long_frequencies})
    for (const float frequency : *frequencies) check_number(double{frequency}, layer, "rotary frequency");
  if (!attention.alibi) return;
  for (const double slope : attention.alibi->slopes)
    check_number(attention.alibi->scale * slope, layer, "slope of position biases");
}

void check(const AttentionConfig& attention, Index width, Index layer) {
  const auto fits = [&](const HeadColumns& columns, Index heads, Index dim, const std::vector<LinearConfig>& from,
                        const char* name) {
    Index all = 0;
    for (const LinearConfig& linear : from) all += linear.outputs;
    for (Index h = 0; h < heads; ++h)
      require(columns.of(h) >= 0 && columns.of(h) + dim <= all,
              {"layer ", layer, ": head ", h, "'s ", name, " begins at column ", columns.of(h), " of ", all});
  };
  require(attention.heads > 0 && attention.key_value_heads > 0 && attention.heads % attention.key_value_heads == 0,
          {"layer ", layer, " has ", attention.heads, " heads, which is not a multiple of its ",
           attention.key_value_heads, " key/value heads"});
  require(attention.head_dim > 0 && attention.value_dim > 0, {"layer ", layer, " has heads of ", attention.head_dim,
                                                              " and values of ", attention.value_dim, " components"});
  require(static_cast<Index>(attention.rotary.frequencies.size()) * 2 <= attention.head_dim,
          {"layer ", layer, " turns ", static_cast<Index>(attention.rotary.frequencies.size()) * 2, " of a head's ",
           attention.head_dim, " components"});
  const auto& memory = attention.is_cross() ? attention.memory_projections : attention.projections;
  fits(attention.query, attention.heads, attention.head_dim, attention.projections, "query");
  fits(attention.key, attention.key_value_heads, attention.head_dim, memory, "key");
  fits(attention.value, attention.key_value_heads, attention.value_dim, memory, "value");
  require(attention.output.inputs == attention.heads * attention.value_dim && attention.output.outputs == width,
          {"layer ", layer, " maps ", attention.output.inputs, " to ", attention.output.outputs, " numbers after ",
           attention.heads, " heads of ", attention.value_dim, " in a model of width ", width});
  check_numbers(attention, layer);
}

void check(const StackConfig& stack) {
  require(stack.width > 0 && !stack.blocks.empty(),
          {"the model has width ", stack.width, " and ", static_cast<Index>(stack.blocks.size()), " layers"});
  for (std::size_t layer = 0; layer < stack.blocks.size(); ++layer) {
    const BlockConfig& block = stack.blocks[layer];
    check(block.attention, stack.width, static_cast<Index>(layer));
    if (block.cross_attention) check(*block.cross_attention, stack.width, static_cast<Index>(layer));
  }
}

}  // namespace

const char* name_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::kDecoder:
      return "decoder";
    case ModelKind::kEncoder:
      return "encoder";
    case ModelKind::kEncoderDecoder:
      return "encoder-decoder";
    default:
      return "image";
  }
}

void check(const ArchitectureConfig& architecture) {
  require(architecture.encoder.has_value() || architecture.decoder.has_value(),
          {"the architecture has neither an encoder nor a decoder"});
  require(architecture.kind == ModelKind::kImage || architecture.vocabulary > 0,
          {"the vocabulary has ", architecture.vocabulary, " tokens"});
  if (architecture.encoder) check(*architecture.encoder);
  if (architecture.decoder) check(*architecture.decoder);
}

}  // namespace heed
