#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "../js_values.h"
#include "explain/word_order.h"
#include "heed/tensor/random.h"

// What positions do to the scores of a few words, and what their order does to the outputs.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(WordOrderArgument)

struct WordOrderObject {
  TensorResult logits, weights, effect, output, change;
};

WordPositions positions_at(const val& given) {
  const val name = property(given, "positions");
  constexpr std::pair<const char*, WordPositions> all[] = {{"none", WordPositions::kNone},
                                                           {"sinusoids", WordPositions::kSinusoids},
                                                           {"rotary", WordPositions::kRotary},
                                                           {"relative bias", WordPositions::kRelativeBias}};
  for (const auto& [each, positions] : all)
    if (name.strictlyEquals(val(each))) return positions;
  throw std::invalid_argument(
      message({"positions are ", shown(name), "; they must be none, sinusoids, rotary or relative bias"}));
}

/// A random vector for each kind of word, of variance 1: words of the same kind are equal.
Tensor<float> vectors_of(const std::vector<std::int32_t>& kinds, Index dim, std::uint32_t seed) {
  require(dim >= 1 && dim <= 1024, {"dim is ", dim, "; it must be from 1 to 1024"});
  const std::int32_t most = static_cast<std::int32_t>(kinds.size());
  RandomState random(seed);
  Tensor<float> of_kinds({1, 1, most, dim}, "the kinds");
  for (float& number : of_kinds.data) number = static_cast<float>(random.normal());
  Tensor<float> words({1, 1, most, dim}, "the words");
  for (std::int32_t i = 0; i < most; ++i) {
    const std::int32_t kind = kinds[static_cast<std::size_t>(i)];
    require(kind >= 0 && kind < most, {"word ", i, " is of kind ", kind, ", of ", most});
    std::copy_n(of_kinds.data.begin() + kind * dim, dim, words.data.begin() + i * dim);
  }
  return words;
}

WordOrderObject order_of(const WordOrderArgument& given) {
  return guarded([&] {
    check_names(given, "options", "kinds, order, dim, seed, positions");
    const auto kinds = whole_numbers(property(given, "kinds"), "kinds");
    const auto order = whole_numbers(property(given, "order"), "order");
    const auto words = vectors_of(kinds, whole_number_at(given, "dim").value_or(16), seed_at(given).value_or(1));
    const auto result = word_order(words, order, positions_at(given));
    return WordOrderObject{to_js(result.logits), to_js(result.weights), to_js(result.effect), to_js(result.output),
                           to_js(result.change)};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(word_order) {
  register_type<WordOrderArgument>(
      "{ kinds: ArrayLike<number>; order: ArrayLike<number>; dim?: number; seed?: number;"
      " positions: \"none\" | \"sinusoids\" | \"rotary\" | \"relative bias\" }");
  value_object<WordOrderObject>("WordOrder")
      .field("logits", &WordOrderObject::logits)
      .field("weights", &WordOrderObject::weights)
      .field("effect", &WordOrderObject::effect)
      .field("output", &WordOrderObject::output)
      .field("change", &WordOrderObject::change);
  function("wordOrder(options)", &order_of);
}
