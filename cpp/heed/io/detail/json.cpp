#include "heed/io/detail/json.h"

#include <set>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {
namespace {

constexpr std::size_t kMostBytes = 4 << 20;
constexpr int kDeepest = 64;

[[noreturn]] void refuse(const std::string& name, std::size_t position) {
  throw std::invalid_argument(message({name, " is not JSON from its byte ", static_cast<Index>(position), " on"}));
}

/// The library takes a zero byte for the end, and skips a byte order mark; JSON has neither.
void check_ends(std::string_view text, const std::string& name) {
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) refuse(name, zero);
  if (text.starts_with('\xEF')) refuse(name, 0);
}

/// From the number of bytes read, the last of which did not fit.
std::size_t place_of(std::size_t read) { return read == 0 ? 0 : read - 1; }

}  // namespace

Json parse_json(std::string_view text, const std::string& name) {
  require(text.size() <= kMostBytes, {name, " has ", static_cast<Index>(text.size()), " bytes; at most ",
                                      static_cast<Index>(kMostBytes), " are read"});
  check_ends(text, name);
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
      require(depth < kDeepest, {name, " is nested deeper than ", kDeepest});
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end || event == Json::parse_event_t::array_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      require(keys.back().insert(key).second, {name, " names ", shown(key), " twice"});
    }
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), check);
  } catch (const Json::parse_error& error) {
    refuse(name, place_of(error.byte));
  } catch (const Json::exception&) {
    throw std::invalid_argument(message({name, " has a number that is too large"}));
  }
}

std::string shown(const std::string& name) {
  constexpr std::size_t kMost = 100;
  if (name.size() <= kMost) return name;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // not within a character
  return name.substr(0, end) + "…";
}

void JsonReader::read(std::string_view text, const std::string& name) {
  check_ends(text, name);
  if (!Json::sax_parse(text.begin(), text.end(), static_cast<nlohmann::json_sax<Json>*>(this)))
    refuse(name, place_of(error_at_));
}

bool JsonReader::null() {
  on_other();
  return true;
}

bool JsonReader::boolean(bool) { return null(); }

bool JsonReader::number_integer(number_integer_t) { return null(); }

bool JsonReader::number_unsigned(number_unsigned_t number) {
  on_whole_number(number);
  return true;
}

bool JsonReader::number_float(number_float_t, const string_t&) { return null(); }

bool JsonReader::string(string_t& text) {
  on_text(std::move(text));
  return true;
}

bool JsonReader::binary(binary_t&) { return false; }

bool JsonReader::start_object(std::size_t) {
  on_start_object();
  return true;
}

bool JsonReader::key(string_t& text) {
  on_key(std::move(text));
  return true;
}

bool JsonReader::end_object() {
  on_end_object();
  return true;
}

bool JsonReader::start_array(std::size_t) {
  on_start_array();
  return true;
}

bool JsonReader::end_array() {
  on_end_array();
  return true;
}

bool JsonReader::parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
  error_at_ = position;
  return false;
}

}  // namespace heed
