#include "heed/io/detail/json_reader.h"

#include <emscripten/val.h>

#include <cmath>
#include <stdexcept>

#include "heed/io/detail/shown.h"
#include "heed/tensor/message.h"

// In place of the library's file of this name: the browser reads JSON, which takes 10 KB less of what every reader of the article
// downloads.

// Of json_reader.js, which the linker adds.
extern "C" {
emscripten::EM_VAL heed_parse_json(emscripten::EM_VAL text);
emscripten::EM_VAL heed_repeated_name(emscripten::EM_VAL text);
}

namespace heed {

using emscripten::val;

/// Hands a document that was read on to the reader.
class JsonReader::Events {
 public:
  explicit Events(JsonReader& reader) : reader_(reader) {}

  /// No deeper than the reader lets it.
  void visit(const val& value) {
    if (value.isString()) {
      reader_.on_text(value.as<std::string>());
    } else if (value.isNumber()) {
      visit_number(value.as<double>());
    } else if (value.isArray()) {
      reader_.on_start_array();
      const auto length = value["length"].as<unsigned>();
      for (unsigned i = 0; i < length; ++i) visit(value[i]);
      reader_.on_end_array();
    } else if (value.isNull() || value.isTrue() || value.isFalse()) {
      reader_.on_other();
    } else {
      reader_.on_start_object();
      const val names = val::global("Object").call<val>("keys", value);
      const auto length = names["length"].as<unsigned>();
      for (unsigned i = 0; i < length; ++i) {
        reader_.on_key(names[i].as<std::string>());
        visit(value[names[i]]);
      }
      reader_.on_end_object();
    }
  }

 private:
  void visit_number(double number) {
    constexpr double kMost = 9007199254740992;  // 2^53, up to which doubles hold whole numbers
    if (number >= 0 && number <= kMost && std::trunc(number) == number)
      reader_.on_whole_number(static_cast<std::uint64_t>(number));
    else
      reader_.on_other();
  }

  JsonReader& reader_;
};

void JsonReader::read(std::string_view text, const std::string& name) {
  const val json{std::string(text)};
  const val document = val::take_ownership(heed_parse_json(json.as_handle()));
  require(!document.isUndefined(), {name, " is not JSON"});
  const val repeated = val::take_ownership(heed_repeated_name(json.as_handle()));
  if (!repeated.isUndefined())
    throw std::invalid_argument(message({name, " names ", shown(repeated.as<std::string>()), " twice"}));
  Events(*this).visit(document);
}

}  // namespace heed
