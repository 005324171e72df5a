// heed_train_reversal: trains the article's encoder-decoder. `npm run train:reversal` calls it.

#include <cstdio>
#include <string>

#include "explain/encoder_decoder/reversal.h"
#include "files.h"
#include "heed/tensor/half.h"
#include "heed/training/adamw.h"
#include "heed/training/detail/parameters.h"

namespace {

using namespace heed;
using namespace heed::explain;

constexpr std::uint32_t kSeed = 1;
constexpr Index kSteps = 6000;
constexpr Index kWarmUp = 200;
constexpr Index kBatch = 32;
constexpr Index kHeldOut = 2000;
constexpr double kLearningRate = 3e-3;

void train(EncoderDecoder<float>& network, RandomState& random) {
  AdamW<float> optimiser(network.layout().size, {});
  for (Index step = 0; step < kSteps; ++step) {
    const ReversalBatch words = draw_reversals(random, kBatch);
    const Loss loss = network.loss_and_gradients(words.source, words.target, words.expected, words.batch);
    (void)clip_gradients(network.gradients(), 1.0);
    const double rate = learning_rate_at(step, kSteps, kWarmUp, kLearningRate, kLearningRate / 100);
    update_parameters<float>(optimiser, network.layout().parameters, network.parameters(), network.gradients(), rate);
    if ((step + 1) % 500 == 0) {
      std::printf("step %td of %td, loss %.4f, accuracy %.1f %%\n", step + 1, kSteps, loss.mean(),
                  100 * loss.accuracy());
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    require(count == 2, {"usage: heed_train_reversal FILE"});
    check_writable(words[1]);
    RandomState random(kSeed);
    EncoderDecoder<float> network({}, random);
    train(network, random);
    for (float& parameter : network.parameters()) parameter = from_half(to_half(parameter));
    RandomState held_out(kSeed + 1);
    const ReversalScore score = evaluate_reversals(network, held_out, kHeldOut);
    std::printf("of %td held-out words %.2f %% are right; the letter that is repeated gets %.3f of the weight\n",
                kHeldOut, 100 * score.words, score.opposite);
    Safetensors file = write_encoder_decoder(network);
    file.metadata = {{"task", "reversal"},
                     {"command", "npm run train:reversal"},
                     {"seed", std::to_string(kSeed)},
                     {"steps", std::to_string(kSteps)},
                     {"held_out", std::to_string(kHeldOut)},
                     {"words_right", std::to_string(score.words)},
                     {"opposite_weight", std::to_string(score.opposite)}};
    write_file(words[1], write_safetensors(file, ElementType::kF16));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
