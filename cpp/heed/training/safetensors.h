#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "heed/tensor.h"

namespace heed {

/// What a safetensors file holds: named float32 tensors, row-major, and notes about them.
struct Safetensors {
  struct Entry {
    std::vector<Index> shape;
    std::vector<float> values;
  };

  std::map<std::string, std::string> metadata;
  std::map<std::string, Entry> tensors;
};

/// The bytes of a file: the length of the header (8 bytes, little-endian), a JSON header
/// { name: { dtype, shape, data_offsets } }, the values one tensor after the other
/// (https://github.com/huggingface/safetensors). Names and metadata are UTF-8.
/// Throws std::invalid_argument where a shape does not fit its values.
[[nodiscard]] std::vector<std::byte> write_safetensors(const Safetensors& file);

/// Reads the bytes of a file, which may be anything: throws std::invalid_argument that says what is wrong unless the header
/// is at most 100 MB, begins with {, names nothing twice, and its tensors are float32 of their shapes' sizes, lying without
/// holes or overlaps from the header to the end of the file.
[[nodiscard]] Safetensors read_safetensors(std::span<const std::byte> bytes);

}  // namespace heed
