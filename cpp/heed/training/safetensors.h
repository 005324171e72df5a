#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "heed/tensor.h"
#include "heed/training/safetensors_header.h"

namespace heed {

/// What a safetensors file holds: named tensors, row-major, as float32 however they are stored, and notes about them.
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
/// Throws std::invalid_argument where a shape does not fit its values, for a number that F16 cannot hold, and for other
/// types than F16 and F32.
[[nodiscard]] std::vector<std::byte> write_safetensors(const Safetensors& file, StoredAs type = StoredAs::kF32);

/// Reads the bytes of a file, which may be anything: throws std::invalid_argument that says what is wrong unless the header
/// is at most 100 MB, begins with {, names nothing twice, and its tensors are F16, BF16, F32 or F64 (rounded to float32) of
/// their shapes' sizes, lying without holes or overlaps from the header to the end of the file.
[[nodiscard]] Safetensors read_safetensors(std::span<const std::byte> bytes);

}  // namespace heed
