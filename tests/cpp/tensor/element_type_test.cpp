#include "heed/tensor/element_type.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <vector>

using namespace heed;

namespace {

constexpr int kTypes = static_cast<int>(ElementType::kQ4) + 1;

template <typename Stored>
std::vector<std::byte> bytes_of(const std::vector<Stored>& numbers, std::size_t offset = 0) {
  std::vector<std::byte> bytes(offset + numbers.size() * sizeof(Stored));
  std::memcpy(bytes.data() + offset, numbers.data(), numbers.size() * sizeof(Stored));
  return bytes;
}

}  // namespace

TEST_CASE("Every element type of a file is found by its name; blocks are in no file", "[element type]") {
  std::set<std::string> names;
  for (int i = 0; i < kTypes; ++i) {
    const auto type = static_cast<ElementType>(i);
    names.insert(name_of(type));
    const bool in_memory_only = type == ElementType::kQ8 || type == ElementType::kQ4;
    CHECK(element_type(name_of(type)).has_value() == !in_memory_only);
    if (!in_memory_only) {
      CHECK(element_type(name_of(type)) == type);
      CHECK(bits_of(type) > 0);
    }
  }
  CHECK(names.size() == kTypes);
  CHECK(bits_of(ElementType::kBF16) == 16);
  CHECK(bits_of(ElementType::kF4) == 4);
  CHECK(bits_of(ElementType::kBool) == 8);
  CHECK_FALSE(element_type("f32").has_value());
  CHECK_FALSE(element_type("").has_value());
  CHECK_THROWS_WITH(bits_of(ElementType::kQ4), "numbers of type Q4 have no size apart from their block's");
}

TEST_CASE("Half-precision numbers are widened exactly, doubles to the nearest, at any address", "[element type]") {
  // 1/3 lies between two floats; 1e-50 and 1e300 beyond them.
  const std::vector<double> doubles{0.5, 1.0 / 3, -1e-50, 1e300, -0.0};
  const auto stored = bytes_of(doubles, 3);
  std::vector<float> widened(doubles.size());
  widen(ElementType::kF64, std::span(stored).subspan(3), widened);
  for (std::size_t i = 0; i < doubles.size(); ++i) CHECK(widened[i] == static_cast<float>(doubles[i]));
  CHECK(std::signbit(widened[4]));

  std::vector<float> four(4);
  widen(ElementType::kF16, bytes_of<std::uint16_t>({0x3C00, 0x0001, 0xFBFF, 0xFC00}), four);
  CHECK(four == std::vector<float>{1, 0x1p-24F, -65504, -INFINITY});
  widen(ElementType::kBF16, bytes_of<std::uint16_t>({0x3F80, 0x0001, 0xC049, 0x7F7F}), four);
  CHECK(four == std::vector<float>{1, 0x1p-133F, -3.140625F, 0x1.FEp127F});
  widen(ElementType::kF32, bytes_of<float>({1, -2.5F, 1e-40F, 3e38F}), four);
  CHECK(four == std::vector<float>{1, -2.5F, 1e-40F, 3e38F});
  widen(ElementType::kF32, {}, {});
}

TEST_CASE("Widening names the type that is no weight, and sizes that do not fit", "[element type]") {
  std::vector<float> two(2);
  const std::vector<std::byte> bytes(16);
  for (int i = 0; i < kTypes; ++i) {
    const auto type = static_cast<ElementType>(i);
    if (is_weight_type(type)) continue;
    CHECK_THROWS_WITH(widen(type, bytes, two), std::string("numbers of type ") + name_of(type) +
                                                   " cannot be read as float32; F64, F32, F16 and BF16 can");
  }
  CHECK_THROWS_WITH(widen(ElementType::kF16, std::span(bytes).first(5), two),
                    "2 numbers of type F16 cannot be read from 5 bytes");
  CHECK_THROWS_WITH(widen(ElementType::kF32, bytes, two), "2 numbers of type F32 cannot be read from 16 bytes");
}
