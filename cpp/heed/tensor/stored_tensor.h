#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "heed/tensor/element_type.h"

namespace heed {

/// A tensor as it lies in a file or in memory that somebody else owns: row-major, of any rank and type, at any address.
struct StoredTensor {
  ElementType type = ElementType::kF32;
  std::vector<Index> shape;
  std::span<const std::byte> bytes;
};

}  // namespace heed
