#include <charconv>

#include "heed/training/model_file.h"
#include "heed/training/trainer.h"

namespace heed {
namespace {

constexpr const char* kRandom = "random";
constexpr const char* kHighBatches = "high_batches";
constexpr const char* kMean = "optimiser.mean";
constexpr const char* kVariance = "optimiser.variance";

/// As hexadecimal digits, eight for each word.
std::string text_of(const std::vector<std::uint32_t>& words) {
  std::string text;
  for (const std::uint32_t word : words)
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
  return text;
}

std::vector<std::uint32_t> words_of(const std::string& text) {
  constexpr std::size_t kDigits = 8;
  bool are_words = text.size() % kDigits == 0;
  std::vector<std::uint32_t> words(text.size() / kDigits);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char* const end = text.data() + (i + 1) * kDigits;
    are_words = are_words && std::from_chars(end - kDigits, end, words[i], 16).ptr == end;
  }
  require(are_words, {"the checkpoint's ", kRandom, " is no list of words of ", static_cast<Index>(kDigits),
                      " hexadecimal digits"});
  return words;
}

const std::string& note(const SafetensorsView& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  require(found != file.metadata.end(), {"the checkpoint does not say its ", key});
  return found->second;
}

std::vector<float> values(const SafetensorsView& file, const std::string& name, const std::vector<Index>& shape) {
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end(), {"the checkpoint has no ", name});
  require(found->second.shape == shape, {"the checkpoint's ", name, " is of another shape than this model's"});
  return values_of(found->second, name);
}

/// How many batches in a row were too high; files of before this was written do not say, and are read as none.
Index high_batches_of(const SafetensorsView& file) {
  const auto found = file.metadata.find(kHighBatches);
  if (found == file.metadata.end()) return 0;
  const std::string& text = found->second;
  Index count = -1;
  const char* const end = text.data() + text.size();
  require(std::from_chars(text.data(), end, count).ptr == end && count >= 0 && count <= kMostSteps,
          {"the checkpoint's ", kHighBatches, " is \"", text, "\"; it must be a whole number from 0"});
  return count;
}

}  // namespace

Safetensors Trainer::model_file() const { return write_model(model_, options_, steps_taken_); }

Safetensors Trainer::checkpoint() const {
  Safetensors file = model_file();
  file.metadata[kRandom] = text_of(random_.state());
  file.metadata[kHighBatches] = std::to_string(high_batches_);
  file.tensors[kMean] = {{model_.layout().size}, optimiser_.mean()};
  file.tensors[kVariance] = {{model_.layout().size}, optimiser_.variance()};
  return file;
}

void Trainer::resume(const SafetensorsView& checkpoint) {
  for (const auto& [key, value] : describe(options_)) {
    if (key == kLaterOption && !checkpoint.metadata.contains(key) && value == "true") continue;
    const std::string& theirs = note(checkpoint, key);
    require(theirs == value, {"the checkpoint's ", key, " is ", theirs, ", but this run's is ", value});
  }
  TrainedModel model = read_model(checkpoint);
  const std::vector<Index> all{model_.layout().size};
  const std::vector<float> mean = values(checkpoint, kMean, all);
  const std::vector<float> variance = values(checkpoint, kVariance, all);
  const Index high_batches = high_batches_of(checkpoint);
  RandomState random = random_;
  random.restore(words_of(note(checkpoint, kRandom)));
  optimiser_.restore(model.step, mean, variance);
  // From here on nothing is refused: what is refused leaves the trainer as it was.
  random_ = random;
  model_ = std::move(model.network);
  steps_taken_ = model.step;
  high_batches_ = high_batches;
  const auto parameters = model_.parameters();
  last_good_ = {steps_taken_, {parameters.begin(), parameters.end()}, mean, variance};
}

bool can_resume(const SafetensorsView& file) { return file.tensors.contains(kMean); }

bool is_bookkeeping(const std::string& note) { return note == kRandom || note == kHighBatches || note == "step"; }

}  // namespace heed
