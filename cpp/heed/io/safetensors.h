#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "heed/tensor/stored_tensor.h"

namespace heed {

/// Named tensors, row-major, and notes about them: what a safetensors file is written from.
struct Safetensors {
  /// One tensor.
  struct Entry {
    std::vector<Index> shape;   ///< empty: one number
    std::vector<float> values;  ///< row-major, as many as the product of the shape
  };

  std::map<std::string, std::string> metadata;  ///< the header's `__metadata__`
  std::map<std::string, Entry> tensors;         ///< by name
};

/// What a safetensors file holds, of any of the format's types, the values where they lie: they must stay there as long as
/// they are looked at.
struct SafetensorsView {
  SafetensorsView() = default;
  /// The tensors of `file`, which must outlive the view. Throws std::invalid_argument where a shape does not fit its values.
  // NOLINTNEXTLINE(google-explicit-constructor): what is to be written can be looked at
  SafetensorsView(const Safetensors& file);

  std::map<std::string, std::string> metadata;  ///< the header's `__metadata__`
  std::map<std::string, StoredTensor> tensors;  ///< by name
};

/// Reads the bytes of a file, which may be anything: throws std::invalid_argument that says what is wrong unless the header
/// is at most 100 MB, begins with {, names nothing twice, and its tensors are of the format's types and their shapes' sizes,
/// lying without holes or overlaps from the header to the end of the file.
[[nodiscard]] SafetensorsView view_safetensors(std::span<const std::byte> bytes);

/// The same with the values of all tensors as float32. Throws std::invalid_argument where one is neither F16, BF16, F32 nor F64.
[[nodiscard]] Safetensors read_safetensors(std::span<const std::byte> bytes);

/// The tensor's values as float32, `name` for the error if it is neither F16, BF16, F32 nor F64.
[[nodiscard]] std::vector<float> values_of(const StoredTensor& tensor, const std::string& name);

/// The bytes of a file: the length of the header (8 bytes, little-endian), a JSON header
/// { name: { dtype, shape, data_offsets } }, the values one tensor after the other
/// (https://github.com/huggingface/safetensors). Names and metadata are UTF-8.
/// Throws std::invalid_argument where a shape does not fit its values, for a number that F16 cannot hold, and for other
/// types than F16 and F32.
[[nodiscard]] std::vector<std::byte> write_safetensors(const Safetensors& file, ElementType type = ElementType::kF32);

/// The same of tensors that are stored already, each in its own type.
[[nodiscard]] std::vector<std::byte> write_safetensors(const SafetensorsView& file);

}  // namespace heed
