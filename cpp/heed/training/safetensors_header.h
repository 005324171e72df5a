#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "heed/tensor.h"

namespace heed {

/// The JSON header of a safetensors file.
struct SafetensorsHeader {
  struct Entry {
    std::string dtype;
    std::vector<Index> shape;
    Index begin = 0;  ///< bytes after the header
    Index end = 0;
  };

  std::map<std::string, std::string> metadata;
  std::map<std::string, Entry> tensors;
};

[[nodiscard]] std::string write_header(const SafetensorsHeader& header);

/// Accepts the JSON that a header can be and nothing else. Throws std::invalid_argument that says where it is not so.
[[nodiscard]] SafetensorsHeader read_header(std::string_view text);

}  // namespace heed
