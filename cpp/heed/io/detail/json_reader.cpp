#include "heed/io/detail/json_reader.h"

#include "heed/io/detail/json.h"

// heed-lab has another file in place of this one: a browser can read JSON without the library's code (cpp/wasm/lab/json_reader.cpp).

namespace heed {

/// What the library calls while it reads.
class JsonReader::Events : public nlohmann::json_sax<Json> {
 public:
  explicit Events(JsonReader& reader) : reader_(reader) {}

  [[nodiscard]] std::size_t error_at() const { return error_at_; }

 private:
  bool null() final {
    reader_.on_other();
    return true;
  }
  bool boolean(bool) final { return null(); }
  bool number_integer(number_integer_t) final { return null(); }
  bool number_unsigned(number_unsigned_t number) final {
    reader_.on_whole_number(number);
    return true;
  }
  bool number_float(number_float_t, const string_t&) final { return null(); }
  bool string(string_t& text) final {
    reader_.on_text(std::move(text));
    return true;
  }
  bool binary(binary_t&) final { return false; }
  bool start_object(std::size_t) final {
    reader_.on_start_object();
    return true;
  }
  bool key(string_t& text) final {
    reader_.on_key(std::move(text));
    return true;
  }
  bool end_object() final {
    reader_.on_end_object();
    return true;
  }
  bool start_array(std::size_t) final {
    reader_.on_start_array();
    return true;
  }
  bool end_array() final {
    reader_.on_end_array();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) final {
    error_at_ = position;
    return false;
  }

  JsonReader& reader_;
  std::size_t error_at_ = 0;
};

void JsonReader::read(std::string_view text, const std::string& name) {
  check_json_ends(text, name);
  Events events(*this);
  if (!Json::sax_parse(text.begin(), text.end(), static_cast<nlohmann::json_sax<Json>*>(&events)))
    refuse_json(name, events.error_at());
}

}  // namespace heed
