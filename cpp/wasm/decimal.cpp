#include "heed/tensor/detail/decimal.h"

#include <emscripten/em_js.h>
#include <emscripten/val.h>

#include <cmath>

// In place of the library's file of this name: JavaScript writes and reads numbers, so that the C library's code for it stays out.

EM_JS_DEPS(heed_decimal, "$Emval");
EM_JS(emscripten::EM_VAL, heed_decimal_text, (double number, int digits), {
  const[mantissa, exponent] = number.toExponential(digits - 1).split("e");
  // nan, inf and -inf, as C writes them
  if (!exponent) return Emval.toHandle(mantissa.slice(0, number < 0 ? 4 : 3).toLowerCase());
  const isPlain = -4 <= exponent && exponent < digits;
  const text = isPlain ? number.toPrecision(digits) : mantissa;
  const shortened = text.includes(".") ? text.replace(new RegExp("[.]?0+$"), "") : text;
  return Emval.toHandle(isPlain ? shortened : shortened + "e" + exponent[0] + exponent.slice(1).padStart(2, "0"));
});
EM_JS(double, heed_decimal_number, (emscripten::EM_VAL text), {
  const decimal = Emval.toValue(text);
  const isDecimal = new RegExp("^-?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?$", "i").test(decimal);
  return isDecimal ? Number(decimal) : NaN;
});

namespace heed {

std::string decimal_text(double number, int digits) {
  return emscripten::val::take_ownership(heed_decimal_text(number, digits)).as<std::string>();
}

std::optional<double> decimal_number(const std::string& text) {
  const double number = heed_decimal_number(emscripten::val(text).as_handle());
  if (std::isnan(number)) return {};
  return number;
}

}  // namespace heed
