#include "heed/model/detail/probe.h"

#include <algorithm>
#include <numeric>

namespace heed {
namespace {

const StackConfig* stack_of(const ArchitectureConfig& architecture, AttentionKind kind) {
  const std::optional<StackConfig>& stack =
      kind == AttentionKind::kEncoder ? architecture.encoder : architecture.decoder;
  return stack ? &*stack : nullptr;
}

Index layers_of(const StackConfig& stack) { return static_cast<Index>(stack.blocks.size()); }

const char* name_of(AttentionKind kind) {
  if (kind == AttentionKind::kCross) return "cross-attention";
  return kind == AttentionKind::kEncoder ? "encoder" : "decoder";
}

void check_layer(Index layer, Index layers) {
  require(layer >= 0 && layer < layers, {"there is no layer ", layer, "; the model has ", layers, " layers"});
}

void check_head(Index layer, Index head, Index heads) {
  require(head >= 0 && head < heads, {"there is no head ", head, " in layer ", layer, ", which has ", heads, " heads"});
}

/// The attention that an intervention names.
const AttentionConfig& attention_of(const ArchitectureConfig& architecture, AttentionKind kind, Index layer) {
  const StackConfig* stack = stack_of(architecture, kind);
  require(stack != nullptr, {"a model of kind ", heed::name_of(architecture.kind), " has no ", name_of(kind)});
  check_layer(layer, layers_of(*stack));
  const BlockConfig& block = stack->blocks[static_cast<std::size_t>(layer)];
  if (kind != AttentionKind::kCross) return block.attention;
  require(block.cross_attention.has_value(), {"layer ", layer, " has no cross-attention"});
  return *block.cross_attention;
}

std::vector<Index> all_heads(const AttentionConfig& attention) {
  std::vector<Index> heads(static_cast<std::size_t>(attention.heads));
  std::iota(heads.begin(), heads.end(), 0);
  return heads;
}

AttentionProbe make_probe(const ForwardRequest& request, const AttentionConfig& attention, Index layer,
                          AttentionKind kind, AttentionKind main, Index queries, Index first_query, Index keys) {
  AttentionProbe probe;
  if (request.all_attentions) probe.heads = all_heads(attention);
  for (const HeadChoice& choice : request.attentions)
    if (choice.layer == layer && !request.all_attentions)
      probe.heads = choice.heads.empty() ? all_heads(attention) : choice.heads;
  probe.details = std::ranges::find(request.details, layer) != request.details.end();
  probe.detail_keys = request.detail_keys;
  const auto is_meant = [&](const auto& intervention) {
    return intervention.layer == layer && intervention.kind.value_or(main) == kind;
  };
  for (const Interventions::Ablation& ablation : request.interventions.ablate)
    if (is_meant(ablation)) probe.ablated.push_back(ablation.head);
  for (Interventions::MaskedPair pair : request.interventions.mask) {
    if (!is_meant(pair)) continue;
    require(pair.query >= 0 && pair.query < first_query + queries && pair.key >= 0 && pair.key < keys,
            {"there is no pair of query ", pair.query, " and key ", pair.key, " among ", first_query + queries,
             " queries and ", keys, " keys"});
    pair.query -= first_query;
    if (pair.query >= 0) probe.masked.push_back(pair);
  }
  return probe;
}

}  // namespace

void check_request(const ForwardRequest& request, const ArchitectureConfig& architecture) {
  const Index layers = std::max(architecture.encoder ? layers_of(*architecture.encoder) : 0,
                                architecture.decoder ? layers_of(*architecture.decoder) : 0);
  for (const Index layer : request.details) check_layer(layer, layers);
  for (const HeadChoice& choice : request.attentions) {
    check_layer(choice.layer, layers);
    require(std::ranges::count(request.attentions, choice.layer, &HeadChoice::layer) == 1,
            {"the attentions of layer ", choice.layer, " are asked for more than once"});
    for (const Index head : choice.heads)
      require(std::ranges::count(choice.heads, head) == 1,
              {"head ", head, " of layer ", choice.layer, " is asked for more than once"});
    for (const AttentionKind kind : {AttentionKind::kEncoder, AttentionKind::kDecoder}) {
      const StackConfig* stack = stack_of(architecture, kind);
      if (stack == nullptr || choice.layer >= layers_of(*stack)) continue;
      const Index heads = stack->blocks[static_cast<std::size_t>(choice.layer)].attention.heads;
      for (const Index head : choice.heads) check_head(choice.layer, head, heads);
    }
  }
  const AttentionKind main = architecture.decoder ? AttentionKind::kDecoder : AttentionKind::kEncoder;
  const auto check_attention = [&](const auto& intervention) {
    const AttentionConfig& attention = attention_of(architecture, intervention.kind.value_or(main), intervention.layer);
    check_head(intervention.layer, intervention.head, attention.heads);
  };
  std::ranges::for_each(request.interventions.ablate, check_attention);
  std::ranges::for_each(request.interventions.mask, check_attention);
  for (const Interventions::Patch& patch : request.interventions.patch) {
    const AttentionKind kind = patch.kind.value_or(main);
    require(kind != AttentionKind::kCross, {"a patch is of the encoder or the decoder, not of cross-attention"});
    const StackConfig* stack = stack_of(architecture, kind);
    require(stack != nullptr, {"a model of kind ", heed::name_of(architecture.kind), " has no ", name_of(kind)});
    require(patch.layer >= 0 && patch.layer <= layers_of(*stack),
            {"there is no hidden state ", patch.layer, "; the model has ", layers_of(*stack), " layers"});
    require(
        static_cast<Index>(patch.values.size()) == stack->width,
        {"a patch has ", static_cast<Index>(patch.values.size()), " numbers but the model's width is ", stack->width});
  }
}

StackProbe make_probe(const ForwardRequest& request, const StackConfig& stack, AttentionKind self, AttentionKind main,
                      const ProbeLengths& lengths) {
  StackProbe probe;
  probe.hidden_states = request.hidden_states;
  probe.patches.resize(stack.blocks.size() + 1);
  for (Index layer = 0; layer < layers_of(stack); ++layer) {
    const BlockConfig& block = stack.blocks[static_cast<std::size_t>(layer)];
    probe.attention.push_back(
        make_probe(request, block.attention, layer, self, main, lengths.queries, lengths.past, lengths.keys));
    if (block.cross_attention)
      probe.cross_attention.push_back(make_probe(request, *block.cross_attention, layer, AttentionKind::kCross, main,
                                                 lengths.queries, lengths.past, lengths.memory));
  }
  for (Interventions::Patch patch : request.interventions.patch) {
    if (patch.kind.value_or(main) != self) continue;
    require(patch.position >= 0 && patch.position < lengths.past + lengths.queries,
            {"there is no position ", patch.position, " among ", lengths.past + lengths.queries});
    patch.position -= lengths.past;
    if (patch.position >= 0) probe.patches[static_cast<std::size_t>(patch.layer)].push_back(patch);
  }
  return probe;
}

}  // namespace heed
