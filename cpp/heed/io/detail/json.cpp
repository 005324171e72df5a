#include "heed/io/detail/json.h"

#include <set>
#include <vector>

#include "heed/io/detail/shown.h"
#include "heed/tensor/tensor.h"

namespace heed {
namespace {

constexpr std::size_t kMostBytes = 4 << 20;
constexpr int kDeepest = 64;

[[noreturn]] void refuse(const std::string& name, std::size_t position) {
  throw std::invalid_argument(message({name, " is not JSON from its byte ", static_cast<Index>(position), " on"}));
}

}  // namespace

void check_json_ends(std::string_view text, const std::string& name) {
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) refuse(name, zero);
  if (text.starts_with('\xEF')) refuse(name, 0);
}

void refuse_json(const std::string& name, std::size_t read) { refuse(name, read == 0 ? 0 : read - 1); }

Json parse_json(std::string_view text, const std::string& name) {
  require(text.size() <= kMostBytes, {name, " has ", static_cast<Index>(text.size()), " bytes; at most ",
                                      static_cast<Index>(kMostBytes), " are read"});
  check_json_ends(text, name);
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
    refuse_json(name, error.byte);
  } catch (const Json::exception&) {
    throw std::invalid_argument(message({name, " has a number that is too large"}));
  }
}

}  // namespace heed
