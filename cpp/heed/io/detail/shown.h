#pragma once

#include <string>

namespace heed {

/// A name from outside as errors show it: what is longer than 100 bytes is cut.
[[nodiscard]] std::string shown(const std::string& name);

}  // namespace heed
