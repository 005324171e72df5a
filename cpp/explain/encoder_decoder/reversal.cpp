#include "explain/encoder_decoder/reversal.h"

#include <algorithm>

#include "heed/ops/softmax.h"
#include "heed/training/detail/parameters.h"

namespace heed::explain {
namespace {

Index draw_below(RandomState& random, Index count) {
  return static_cast<Index>(random.uniform() * static_cast<double>(count));
}

std::vector<std::int32_t> draw_word(RandomState& random, Index length) {
  std::vector<std::int32_t> word(static_cast<std::size_t>(length));
  for (std::int32_t& letter : word) letter = static_cast<std::int32_t>(draw_below(random, kLetters));
  return word;
}

std::int32_t likeliest(const MatrixView<const float>& logits, Index row) {
  const float* const first = logits.row(row);
  return static_cast<std::int32_t>(std::max_element(first, first + logits.columns) - first);
}

}  // namespace

ReversalBatch draw_reversals(RandomState& random, Index batch) {
  require(batch >= 1, {"a batch of ", batch, " words was asked for; it must be at least 1"});
  const Index length = 1 + draw_below(random, kLongestWord);
  ReversalBatch words{batch, {}, {}, {}};
  for (Index b = 0; b < batch; ++b) {
    const auto word = draw_word(random, length);
    words.source.insert(words.source.end(), word.begin(), word.end());
    words.source.push_back(kWordEnd);
    words.target.push_back(kWordStart);
    words.target.insert(words.target.end(), word.rbegin(), word.rend());
    words.expected.insert(words.expected.end(), word.rbegin(), word.rend());
    words.expected.push_back(kWordEnd);
  }
  return words;
}

Reversal write_reversal(EncoderDecoder<float>& network, std::span<const std::int32_t> letters) {
  const Index count = static_cast<Index>(letters.size());
  require(count >= 1 && count <= kLongestWord,
          {"the word has ", count, " letters; it must have from 1 to ", kLongestWord});
  for (const std::int32_t letter : letters)
    require(letter >= 0 && letter < kLetters, {"token ", letter, " is no letter; those are 0 to ", kLetters - 1});
  Reversal reversal;
  reversal.source.assign(letters.begin(), letters.end());
  reversal.source.push_back(kWordEnd);
  reversal.target = {kWordStart};
  while (true) {
    const auto logits = network.forward(reversal.source, reversal.target, 1);
    const std::int32_t next = likeliest(logits, logits.rows - 1);
    if (next != kWordEnd && logits.rows < network.config().context) {
      reversal.target.push_back(next);
      continue;
    }
    reversal.probabilities =
        Tensor<float>({1, 1, logits.rows, logits.columns}, {logits.data, logits.data + logits.rows * logits.columns});
    for (Index i = 0; i < logits.rows; ++i)
      softmax(std::span(reversal.probabilities.data)
                  .subspan(static_cast<std::size_t>(i * logits.columns), static_cast<std::size_t>(logits.columns)));
    break;
  }
  reversal.encoder = network.encoder_weights();
  reversal.decoder = network.decoder_weights();
  reversal.cross = network.cross_weights();
  return reversal;
}

ReversalScore evaluate_reversals(EncoderDecoder<float>& network, RandomState& random, Index words) {
  ReversalScore score;
  double letters = 0;
  for (Index i = 0; i < words; ++i) {
    const auto word = draw_word(random, 1 + draw_below(random, kLongestWord));
    const Reversal reversal = write_reversal(network, word);
    const bool ends = likeliest(matrix(reversal.probabilities), reversal.probabilities.shape.length - 1) == kWordEnd;
    const bool is_right =
        ends && std::equal(word.rbegin(), word.rend(), reversal.target.begin() + 1, reversal.target.end());
    score.words += is_right ? 1 : 0;
    if (!is_right) continue;
    const auto cross = matrix(reversal.cross);
    const Index n = static_cast<Index>(word.size());
    for (Index row = 0; row < n; ++row) score.opposite += static_cast<double>(cross.row(row)[n - 1 - row]);
    letters += static_cast<double>(n);
  }
  score.words /= static_cast<double>(words);
  score.opposite /= std::max(letters, 1.0);
  return score;
}

Safetensors write_encoder_decoder(const EncoderDecoder<float>& network) {
  Safetensors file;
  write_parameters(network.layout().parameters, network.parameters(), file);
  return file;
}

EncoderDecoder<float> read_encoder_decoder(const SafetensorsView& file) {
  RandomState unused(0);
  EncoderDecoder<float> network({}, unused);
  for (const Parameter& parameter : network.layout().parameters) {
    const auto found = file.tensors.find(parameter.name);
    require(found != file.tensors.end(), {"the model's file has no ", parameter.name});
    require(found->second.shape == std::vector<Index>{parameter.rows, parameter.columns},
            {"the model's ", parameter.name, " is not ", parameter.rows, " × ", parameter.columns});
  }
  read_parameters(file, network.layout().parameters, network.parameters());
  return network;
}

}  // namespace heed::explain
