#pragma once

#include <array>
#include <cstddef>

namespace heed::test {

/// What std::mdspan<Element, dextents, layout_stride> of C++23 has.
template <std::size_t kRank, typename Element = float>
struct Mdspan {
  Element* data = nullptr;
  std::array<std::size_t, kRank> extents{};
  std::array<std::size_t, kRank> strides{};

  static constexpr std::size_t rank() { return kRank; }
  [[nodiscard]] std::size_t extent(std::size_t axis) const { return extents[axis]; }
  [[nodiscard]] std::size_t stride(std::size_t axis) const { return strides[axis]; }
  [[nodiscard]] Element* data_handle() const { return data; }
};

}  // namespace heed::test
