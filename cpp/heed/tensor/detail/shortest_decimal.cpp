#include "heed/tensor/detail/decimal.h"

namespace heed {

std::string shortest_decimal(double number) {
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = decimal_text(number, digits);
    if (decimal_number(text) == number) break;
  }
  return text;
}

}  // namespace heed
