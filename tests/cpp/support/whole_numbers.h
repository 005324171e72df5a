#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "heed/io/safetensors.h"

namespace heed::test {

/// The bytes of the file with a tensor of type I64 besides its own, as other programs save the ids of positions.
inline std::vector<std::byte> with_whole_numbers(const Safetensors& file) {
  const std::array<std::int64_t, 3> ids{-1, 0, 1};
  SafetensorsView view(file);
  view.tensors["ids"] = {ElementType::kI64, {3}, std::as_bytes(std::span(ids))};
  return write_safetensors(view);
}

}  // namespace heed::test
