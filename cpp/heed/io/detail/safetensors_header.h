#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "heed/tensor/stored_tensor.h"

namespace heed {

/// What the JSON header of a safetensors file says.
struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::map<std::string, StoredTensor> tensors;
};

/// Accepts the JSON that a header can be and nothing else, with at most 512 metadata, so that what is read takes no more
/// than 4 times the header's bytes, and 64 KB. `values` is what follows the header. Throws std::invalid_argument that names the
/// tensor which is not of its size or not within `values`; whether they overlap is not looked at.
[[nodiscard]] SafetensorsHeader read_header(std::string_view text, std::span<const std::byte> values);

/// The header of tensors that lie one after the other in the order of their names.
[[nodiscard]] std::string write_header(const SafetensorsHeader& header);

}  // namespace heed
