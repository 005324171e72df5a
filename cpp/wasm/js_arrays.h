#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "js_values.h"

/// What JavaScript gives and gets besides tensors: arrays of bytes, numbers and objects, and texts by name.
namespace heed::js {

EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes)
EMSCRIPTEN_DECLARE_VAL_TYPE(Numbers)

/// A copy of a Uint8Array. Throws std::invalid_argument where it is anything else.
[[nodiscard]] std::vector<std::byte> bytes_argument(const val& value, const char* name);
[[nodiscard]] Bytes to_js(std::span<const std::byte> bytes);

/// Whole numbers of an array; `name` is what an error calls it.
[[nodiscard]] std::vector<std::int32_t> whole_numbers(const val& array, const char* name);

/// All numbers of an array; `name` is what an error calls it.
[[nodiscard]] std::vector<double> numbers(const Numbers& array, const char* name);

/// An array of the results of `make(part)` for each part.
template <typename Parts, typename Make>
[[nodiscard]] val array_of(const Parts& parts, Make make) {
  val array = val::array();
  for (const auto& part : parts) array.call<void>("push", make(part));
  return array;
}

[[nodiscard]] Numbers to_js(std::span<const std::int32_t> numbers);
[[nodiscard]] val to_js(const std::map<std::string, std::string>& texts);

}  // namespace heed::js
