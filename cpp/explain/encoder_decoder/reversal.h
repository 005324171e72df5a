#pragma once

#include <string>

#include "explain/encoder_decoder/encoder_decoder.h"
#include "heed/io/safetensors.h"

namespace heed::explain {

/// The task of the article's encoder-decoder: the letters of a word in reverse order.
constexpr Index kLongestWord = 10;
constexpr std::int32_t kLetters = 26;          ///< tokens 0 to 25: a to z
constexpr std::int32_t kWordStart = kLetters;  ///< what the decoder begins with
constexpr std::int32_t kWordEnd = kLetters + 1;

/// What the decoder is to predict (`expected`) after each token of `target`, for words of equal length.
struct ReversalBatch {
  Index batch = 0;
  std::vector<std::int32_t> source;    ///< letters, end
  std::vector<std::int32_t> target;    ///< start, letters in reverse order
  std::vector<std::int32_t> expected;  ///< letters in reverse order, end
};

/// Random words, all of one random length from 1 to kLongestWord.
[[nodiscard]] ReversalBatch draw_reversals(RandomState& random, Index batch);

/// What a network makes of a word.
struct Reversal {
  std::vector<std::int32_t> source;       ///< letters, end
  std::vector<std::int32_t> target;       ///< start, then what was written, without its end
  Tensor<float> probabilities;            ///< (1, 1, target, vocabulary): of the token after each of `target`
  Tensor<float> encoder, decoder, cross;  ///< weights (1, 1, queries, keys)
};

/// Has the network write, always the likeliest token, until it writes the end or its context is full. Throws std::invalid_argument
/// for another number of letters than from 1 to kLongestWord, and for tokens that are no letters.
[[nodiscard]] Reversal write_reversal(EncoderDecoder<float>& network, std::span<const std::int32_t> letters);

/// How well a network reverses words that it has not been trained on.
struct ReversalScore {
  double words = 0;     ///< the share that is right from the first letter to the end
  double opposite = 0;  ///< mean cross-attention weight of each written letter on the one of the word that it repeats
};
[[nodiscard]] ReversalScore evaluate_reversals(EncoderDecoder<float>& network, RandomState& random, Index words);

/// The parameters by name.
[[nodiscard]] Safetensors write_encoder_decoder(const EncoderDecoder<float>& network);

/// A network of the default configuration. Throws std::invalid_argument that says what is missing, of another shape or not finite.
[[nodiscard]] EncoderDecoder<float> read_encoder_decoder(const SafetensorsView& file);

}  // namespace heed::explain
