#include "heed/training/evaluation.h"

namespace heed {
namespace {

constexpr Index kHeldOut = 64;
constexpr std::uint32_t kHeldOutSeed = 0x48454544;  // apart from the small seeds that runs are given

}  // namespace

Batch draw_held_out(const Task& task) {
  RandomState random(kHeldOutSeed);
  return task.draw(random, kHeldOut);
}

Evaluation evaluate(Transformer<float>& model, const Batch& sequences) {
  Evaluation evaluation;
  evaluation.loss = model.evaluate(sequences.tokens, sequences.targets, sequences.batch);
  for (Index layer = 0; layer < model.config().layers; ++layer)
    evaluation.heads.push_back(head_scores<float>(model.attention_weights(layer), sequences.tokens));
  return evaluation;
}

}  // namespace heed
