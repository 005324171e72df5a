#pragma once

#include <string>
#include <string_view>

#include "heed/model/architecture/fields.h"

namespace heed {

/// The fields of a configuration's text, of at most 4 MB of JSON. Throws std::invalid_argument with `name` where it is no JSON,
/// no object, names a field twice, or is nested deeper than 64.
[[nodiscard]] Fields parse_fields(std::string_view text, const std::string& name = "config.json");

}  // namespace heed
