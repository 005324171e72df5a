#include "heed/training/evaluation.h"

#include <algorithm>

namespace heed {
namespace {

constexpr Index kHeldOut = 64;
constexpr Index kHeldOutTokens = 16384;
constexpr std::uint32_t kHeldOutSeed = 0x48454544;  // apart from the small seeds that runs are given

std::vector<Index> scored_lengths(const Batch& sequences) {
  std::vector<Index> lengths(static_cast<std::size_t>(sequences.batch));
  for (std::size_t i = 0; i < sequences.targets.size(); ++i)
    if (sequences.targets[i] >= 0)
      lengths[i / static_cast<std::size_t>(sequences.length)] = static_cast<Index>(i) % sequences.length + 1;
  return lengths;
}

}  // namespace

Batch draw_held_out(const Task& task, Index sequences) {
  RandomState random(kHeldOutSeed);
  return task.draw(random, sequences);
}

Batch draw_held_out(const Task& task) {
  return draw_held_out(task, std::clamp<Index>(kHeldOutTokens / task.info().length, 1, kHeldOut));
}

Evaluation evaluate(Transformer<float>& model, const Batch& sequences) {
  Evaluation evaluation;
  evaluation.loss = model.evaluate(sequences.tokens, sequences.targets, sequences.batch);
  const std::vector<Index> lengths = scored_lengths(sequences);
  for (Index layer = 0; layer < model.config().layers; ++layer)
    evaluation.heads.push_back(
        head_scores<float>(model.attention_weights(layer), sequences.tokens, lengths, model.config().causal));
  return evaluation;
}

}  // namespace heed
