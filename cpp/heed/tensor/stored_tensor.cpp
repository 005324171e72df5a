#include "heed/tensor/stored_tensor.h"

#include <algorithm>
#include <cstdint>

namespace heed {

std::string text_of(std::span<const Index> shape) {
  std::string text = "(";
  for (const Index length : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(length);
  return text + ")";
}

Index elements_of(std::span<const Index> shape) {
  for (const Index length : shape) require(length >= 0, {"shape ", text_of(shape), " has a negative axis"});
  // The other axes of an empty tensor may be of any length.
  if (std::ranges::count(shape, 0) > 0) return 0;
  Index product = 1;
  for (const Index length : shape)
    require(multiply_sizes({product, length}, product),
            {"shape ", text_of(shape), " has more elements than can be counted"});
  return product;
}

bool has_its_bytes(const StoredTensor& tensor) {
  // Counted in 64 bits also where an Index has 32.
  const auto bits = static_cast<std::uint64_t>(bits_of(tensor.type));
  const auto elements = static_cast<std::uint64_t>(elements_of(tensor.shape));
  const std::uint64_t bytes = tensor.bytes.size();
  // None has fewer than 4 bits, and after this no product wraps.
  return elements / 2 <= bytes && elements * bits == bytes * 8;
}

}  // namespace heed
