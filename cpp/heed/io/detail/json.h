#pragma once

// Not installed: the library that reads JSON is no part of what users of the core see.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace heed {

using Json = nlohmann::json;

/// The document in memory. `name` says in errors which text it is ("config.json"). Throws std::invalid_argument unless `text`
/// is at most 4 MB of JSON, with no object that names a key twice and nothing nested deeper than 64.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& name);

/// A name from outside as errors show it: what is longer than 100 bytes is cut.
[[nodiscard]] std::string shown(const std::string& name);

/// Reads a document in its order without keeping it. What derives from it throws std::invalid_argument for what does not
/// belong there. Numbers other than whole ones from 0 are `other`, as are true, false and null.
class JsonReader : private nlohmann::json_sax<Json> {
 public:
  /// Throws std::invalid_argument with `name` and the place where `text` is no JSON.
  void read(std::string_view text, const std::string& name);

 protected:
  virtual void on_start_object() = 0;
  virtual void on_key(std::string&& key) = 0;
  virtual void on_end_object() = 0;
  virtual void on_start_array() = 0;
  virtual void on_end_array() = 0;
  virtual void on_text(std::string&& text) = 0;
  virtual void on_whole_number(std::uint64_t number) = 0;
  virtual void on_other() = 0;

 private:
  bool null() final;
  bool boolean(bool) final;
  bool number_integer(number_integer_t) final;
  bool number_unsigned(number_unsigned_t number) final;
  bool number_float(number_float_t, const string_t&) final;
  bool string(string_t& text) final;
  bool binary(binary_t&) final;
  bool start_object(std::size_t) final;
  bool key(string_t& text) final;
  bool end_object() final;
  bool start_array(std::size_t) final;
  bool end_array() final;
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) final;

  std::size_t error_at_ = 0;
};

}  // namespace heed
