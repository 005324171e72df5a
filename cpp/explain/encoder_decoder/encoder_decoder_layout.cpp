#include "explain/encoder_decoder/encoder_decoder_layout.h"

#include <string>

namespace heed::explain {

void check(const EncoderDecoderConfig& config) {
  constexpr Index kMost = 1024;
  const auto in_range = [](const char* name, Index value) {
    require(value >= 1 && value <= kMost, {name, " is ", value, "; it must be from 1 to ", kMost});
  };
  in_range("vocabulary", config.vocabulary);
  in_range("context", config.context);
  in_range("d_model", config.d_model);
  in_range("d_ff", config.d_ff);
}

EncoderDecoderLayout::EncoderDecoderLayout(const EncoderDecoderConfig& config) {
  check(config);
  using Kind = Parameter::Kind;
  const Index d = config.d_model;
  const Index hidden = config.d_ff;
  // Where each part's offsets go, in the order in which they lie.
  struct Part {
    const char* name;
    Index rows;
    Index columns;
    Kind kind;
    Index* offset;
  };
  std::vector<Part> parts;
  const auto linear = [&](const char* name, const char* bias, Index in, Index out, Map& map) {
    parts.push_back({name, in, out, Kind::kLinear, &map.weight});
    parts.push_back({bias, 1, out, Kind::kBias, &map.bias});
  };
  const auto norm = [&](Map& map) {
    parts.push_back({"norm.gain", 1, d, Kind::kGain, &map.weight});
    parts.push_back({"norm.bias", 1, d, Kind::kBias, &map.bias});
  };
  const auto place = [&](const char* section) {
    for (const Part& part : parts) {
      parameters.push_back({std::string(section) + part.name, part.rows, part.columns, size, part.kind});
      *part.offset = size;
      size += part.rows * part.columns;  // each at most 1024
    }
    parts.clear();
  };
  const auto embedding = [&](const char* section, Embedding& map) {
    parts.push_back({"positions", config.context, d, Kind::kEmbedding, &map.positions});
    norm(map.norm);
    place(section);
  };
  const auto attention = [&](const char* section, Attention& map) {
    linear("query", "query.bias", d, d, map.query);
    linear("key", "key.bias", d, d, map.key);
    linear("value", "value.bias", d, d, map.value);
    linear("output", "output.bias", d, d, map.output);
    norm(map.norm);
    place(section);
  };
  const auto feed_forward = [&](const char* section, FeedForward& map) {
    linear("up", "up.bias", d, hidden, map.up);
    linear("down", "down.bias", hidden, d, map.down);
    norm(map.norm);
    place(section);
  };

  parts.push_back({"embedding", config.vocabulary, d, Kind::kEmbedding, &tokens});
  place("");
  embedding("encoder.embedding.", encoder_embedding);
  attention("encoder.attention.", encoder_attention);
  feed_forward("encoder.feed_forward.", encoder_feed_forward);
  embedding("decoder.embedding.", decoder_embedding);
  attention("decoder.attention.", decoder_attention);
  attention("decoder.cross_attention.", cross_attention);
  feed_forward("decoder.feed_forward.", decoder_feed_forward);
}

}  // namespace heed::explain
