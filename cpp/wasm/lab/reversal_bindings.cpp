#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "../js_values.h"
#include "explain/encoder_decoder/reversal.h"

// A trained encoder-decoder that reverses words, and its three attentions.

namespace heed::js {
using namespace explain;
namespace {

struct ReversalObject {
  Numbers source = Numbers(val::undefined());
  Numbers target = Numbers(val::undefined());
  TensorResult probabilities, encoder, decoder, cross;
};

ReversalObject reversal_of(const Bytes& file, const Numbers& letters) {
  return guarded([&] {
    const std::vector<std::byte> bytes = bytes_argument(file, "file");
    auto network = read_encoder_decoder(view_safetensors(bytes));
    const Reversal reversal = write_reversal(network, whole_numbers(letters, "letters"));
    return ReversalObject{to_js(std::span<const std::int32_t>(reversal.source)),
                          to_js(std::span<const std::int32_t>(reversal.target)),
                          to_js(reversal.probabilities),
                          to_js(reversal.encoder),
                          to_js(reversal.decoder),
                          to_js(reversal.cross)};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(reversal) {
  value_object<ReversalObject>("Reversal")
      .field("source", &ReversalObject::source)
      .field("target", &ReversalObject::target)
      .field("probabilities", &ReversalObject::probabilities)
      .field("encoder", &ReversalObject::encoder)
      .field("decoder", &ReversalObject::decoder)
      .field("cross", &ReversalObject::cross);
  function("writeReversal(file, letters)", &reversal_of);
}
