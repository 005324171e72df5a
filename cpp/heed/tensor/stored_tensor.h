#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "heed/tensor/element_type.h"

namespace heed {

/// A tensor as it lies in a file or in memory that somebody else owns: row-major, of any rank and type, at any address.
struct StoredTensor {
  ElementType type = ElementType::kF32;  ///< how its numbers lie in memory
  std::vector<Index> shape;              ///< none: a single number
  std::span<const std::byte> bytes;      ///< as many as type and shape ask for
};

/// "(2, 3)"
[[nodiscard]] std::string text_of(std::span<const Index> shape);

/// Number of elements. Throws std::invalid_argument if an axis is negative or the product overflows.
[[nodiscard]] Index elements_of(std::span<const Index> shape);

/// Whether it has as many bytes as type and shape ask for. Throws std::invalid_argument as `elements_of` does, and for blocks.
[[nodiscard]] bool has_its_bytes(const StoredTensor& tensor);

}  // namespace heed
