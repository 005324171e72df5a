#include "heed/tensor/half.h"

#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

using namespace heed;

TEST_CASE("Every half-precision number is what its bits say, and is rounded to itself", "[half]") {
  int wrong = 0;
  for (int bits = 0; bits < 0x7C00; ++bits) {
    // (−1)^s · 2^(e − 15) · (1 + f / 1024), and 2^-14 · f / 1024 where e is 0.
    const int exponent = bits / 1024;
    const double fraction = bits % 1024 / 1024.0;
    const double expected =
        exponent == 0 ? std::pow(2.0, -14) * fraction : std::pow(2.0, exponent - 15) * (1 + fraction);
    const auto half = static_cast<std::uint16_t>(bits);
    const auto negative = static_cast<std::uint16_t>(bits | 0x8000);
    wrong += static_cast<double>(from_half(half)) != expected || static_cast<double>(from_half(negative)) != -expected;
    wrong += to_half(from_half(half)) != half || to_half(from_half(negative)) != negative;
  }
  CHECK(wrong == 0);
  CHECK(std::signbit(from_half(0x8000)));
  CHECK(from_half(0x7C00) == std::numeric_limits<float>::infinity());
  CHECK(from_half(0xFC00) == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(from_half(0x7E00)));
  CHECK(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST_CASE("What lies between two half-precision numbers goes to the nearer, from the middle to the even one",
          "[half]") {
  int wrong = 0;
  for (int bits = 0; bits < 0x7BFF; ++bits) {
    const auto low = static_cast<std::uint16_t>(bits);
    const auto high = static_cast<std::uint16_t>(bits + 1);
    const float middle = (from_half(low) + from_half(high)) / 2;  // exact: a float has the bits for it
    const float infinity = std::numeric_limits<float>::infinity();
    wrong += to_half(middle) != (bits % 2 == 0 ? low : high);
    wrong += to_half(std::nextafter(middle, 0.0F)) != low;
    wrong += to_half(std::nextafter(middle, infinity)) != high;
  }
  CHECK(wrong == 0);
  CHECK(to_half(65519) == 0x7BFF);
  CHECK(to_half(65520) == 0x7C00);
  CHECK(to_half(-1e30F) == 0xFC00);
}

TEST_CASE("A bfloat16 is the upper half of a float", "[half]") {
  CHECK(from_bfloat16(0x3F80) == 1);
  CHECK(from_bfloat16(0xC049) == -3.140625F);
  CHECK(std::bit_cast<std::uint32_t>(from_bfloat16(0x0001)) == 0x00010000);
}

TEST_CASE("A float goes to the nearer bfloat16, from the middle to the even one", "[half]") {
  const float infinity = std::numeric_limits<float>::infinity();
  int wrong = 0;
  for (int bits = 0; bits < 0x7F7F; ++bits) {
    const auto low = static_cast<std::uint16_t>(bits);
    const auto high = static_cast<std::uint16_t>(bits + 1);
    // Between neighbours steps are even, in the exponent's last place too.
    const float middle = std::bit_cast<float>(std::uint32_t{low} << 16 | 0x8000U);
    const auto even = bits % 2 == 0 ? low : high;
    wrong += to_bfloat16(from_bfloat16(low)) != low || to_bfloat16(middle) != even;
    wrong += to_bfloat16(-middle) != (even | 0x8000);
    wrong += to_bfloat16(std::nextafter(middle, 0.0F)) != low;
    wrong += to_bfloat16(std::nextafter(middle, infinity)) != high;
  }
  CHECK(wrong == 0);
  CHECK(to_bfloat16(std::numeric_limits<float>::max()) == 0x7F80);
  CHECK(to_bfloat16(-infinity) == 0xFF80);
  // All of its fraction below what a bfloat16 keeps.
  CHECK(std::isnan(from_bfloat16(to_bfloat16(std::bit_cast<float>(0x7F800001U)))));
  CHECK(std::isnan(from_bfloat16(to_bfloat16(std::bit_cast<float>(0x7FFFFFFFU)))));
}
