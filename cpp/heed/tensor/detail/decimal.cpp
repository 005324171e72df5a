#include "heed/tensor/detail/decimal.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

// WebAssembly modules have another file in place of this one: JavaScript can write and read numbers without the C library's
// code (cpp/wasm/decimal.cpp).

namespace heed {

std::string decimal_text(double number, int digits) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.*g", digits, number);
  std::string decimal = text;
  std::ranges::replace(decimal, ',', '.');  // what the user's locale may have put there
  return decimal;
}

std::optional<double> decimal_number(const std::string& text) {
  double value = 0;
#ifdef __cpp_lib_to_chars
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return {};
#else
  // This standard library reads no real numbers otherwise; the tests in WebAssembly have but one locale.
  char* stop = nullptr;
  value = std::strtod(text.c_str(), &stop);
  if (text.empty() || stop != text.c_str() + text.size()) return {};
#endif
  return value;
}

}  // namespace heed
