#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "heed/tensor.h"

namespace heed {

/// How the values of a tensor are stored: those of the format's types that are real numbers.
enum class StoredAs { kF16, kBF16, kF32, kF64 };

/// The JSON header of a safetensors file.
struct SafetensorsHeader {
  struct Entry {
    StoredAs type = StoredAs::kF32;
    std::vector<Index> shape;
    Index begin = 0;  ///< bytes after the header
    Index end = 0;
  };

  std::map<std::string, std::string> metadata;
  std::map<std::string, Entry> tensors;
};

[[nodiscard]] std::string write_header(const SafetensorsHeader& header);

/// Accepts the JSON that a header can be and nothing else, with at most 512 metadata, so that what is read takes no more
/// than 4 times the header's bytes, and 64 KB. Throws std::invalid_argument that says where it is not so.
[[nodiscard]] SafetensorsHeader read_header(std::string_view text);

}  // namespace heed
