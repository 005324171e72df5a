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

/// Throws std::invalid_argument where `text` ends at a zero byte or begins with a byte order mark.
void check_json_ends(std::string_view text, const std::string& name);

/// Throws std::invalid_argument that `name` is no JSON from the last of `read` bytes on.
[[noreturn]] void refuse_json(const std::string& name, std::size_t read);

}  // namespace heed
