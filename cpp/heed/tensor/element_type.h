#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "heed/tensor/tensor.h"

namespace heed {

/// How the numbers of a tensor lie in memory. Numbers are little-endian.
enum class ElementType : std::uint8_t {
  // What weights can be stored as.
  kF64,
  kF32,
  kF16,   ///< IEEE 754 binary16
  kBF16,  ///< the upper half of a binary32
  // What else a file may hold.
  kI64,
  kI32,
  kI16,
  kI8,
  kU64,
  kU32,
  kU16,
  kU8,
  kBool,
  kC64,
  kF8E5M2,
  kF8E4M3,
  kF8E8M0,
  kF8E4M3FNUZ,
  kF8E5M2FNUZ,
  kF6E2M3,
  kF6E3M2,
  kF4,
  // In memory only: blocks of 32 numbers that share a scale, made from weights at load.
  kQ8,
  kQ4,
};

/// The name in a safetensors file ("BF16", "F8_E4M3", …); "Q8" and "Q4" for blocks.
[[nodiscard]] const char* name_of(ElementType type);

/// The type of that name in a safetensors file; nothing for other names, "Q8" and "Q4" among them.
[[nodiscard]] std::optional<ElementType> element_type(std::string_view name);

/// Bits of one number. Throws std::invalid_argument for blocks, whose size is that of their layout.
[[nodiscard]] int bits_of(ElementType type);

/// Whether `widen` takes it: F64, F32, F16 or BF16.
[[nodiscard]] bool is_weight_type(ElementType type);

/// The numbers that `stored` holds as float32: exact for F32, F16 and BF16, rounded to the nearest for F64. `stored` need not
/// be aligned. Throws std::invalid_argument for other types and where the sizes do not fit each other.
void widen(ElementType type, std::span<const std::byte> stored, std::span<float> widened);

}  // namespace heed
