#pragma once

#include "heed/training/transformer/transformer_layout.h"

namespace heed::explain {

/// An encoder and a decoder of one layer each, with one head in each attention. The defaults are those of the article's model.
struct EncoderDecoderConfig {
  Index vocabulary = 28;
  Index context = 11;  ///< the longest sequence on either side
  Index d_model = 32;
  Index d_ff = 64;
};

/// Throws std::invalid_argument that names the value that is out of range.
void check(const EncoderDecoderConfig& config);

/// Where the parameters lie: offsets into the flat buffer.
struct EncoderDecoderLayout {
  using Map = TransformerLayout::Map;
  struct Embedding {
    Index positions = -1;
    Map norm;
  };
  struct Attention {
    Map query, key, value, output, norm;
  };
  struct FeedForward {
    Map up, down, norm;
  };

  std::vector<Parameter> parameters;
  Index tokens = -1;  ///< the embedding of both sides, and the output map, transposed
  Embedding encoder_embedding, decoder_embedding;
  Attention encoder_attention, decoder_attention, cross_attention;
  FeedForward encoder_feed_forward, decoder_feed_forward;
  Index size = 0;

  /// Throws as `check` does.
  explicit EncoderDecoderLayout(const EncoderDecoderConfig& config);
};

}  // namespace heed::explain
