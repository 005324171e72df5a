#include "heed/tensor/detail/decimal.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

using namespace heed;

TEST_CASE("A decimal number is written as %g writes it", "[decimal]") {
  CHECK(decimal_text(0.1, 6) == "0.1");
  CHECK(decimal_text(1.0 / 3, 3) == "0.333");
  CHECK(decimal_text(-1234567, 6) == "-1.23457e+06");
  CHECK(decimal_text(0.0001, 6) == "0.0001");
  CHECK(decimal_text(0.00001, 6) == "1e-05");
  CHECK(decimal_text(1e100, 6) == "1e+100");
  CHECK(decimal_text(100000, 6) == "100000");
  CHECK(decimal_text(std::numeric_limits<double>::infinity(), 6) == "inf");
}

TEST_CASE("The shortest decimal number is read as the same number", "[decimal]") {
  CHECK(shortest_decimal(0.003) == "0.003");
  CHECK(shortest_decimal(1e-5) == "1e-05");
  CHECK(shortest_decimal(1.0 / 3) == "0.3333333333333333");
  for (const double number : {0.1 + 0.2, 1e-300, 123456789.125, -5e-324})
    CHECK(decimal_number(shortest_decimal(number)) == number);
}

TEST_CASE("What is no decimal number from end to end is none", "[decimal]") {
  CHECK(decimal_number("1e-3") == 0.001);
  CHECK(decimal_number("-.5") == -0.5);
  for (const char* text : {"", "x", "1x", "1 2", "1e", "--1", "."}) CHECK_FALSE(decimal_number(text));
}
