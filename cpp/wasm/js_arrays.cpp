#include "js_arrays.h"

namespace heed::js {

std::vector<std::byte> bytes_argument(const val& value, const char* name) {
  if (!is_typed_array(value, "Uint8Array"))
    throw std::invalid_argument(std::string(name) + " is " + shown(value) + "; it must be a Uint8Array");
  std::vector<std::byte> bytes(value["length"].as<std::size_t>());
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  val(emscripten::typed_memory_view(bytes.size(), data)).call<void>("set", value);
  return bytes;
}

Bytes to_js(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  return Bytes(val(emscripten::typed_memory_view(bytes.size(), data)).call<val>("slice"));
}

std::vector<std::int32_t> whole_numbers(const val& array, const char* name) {
  const Index count = length_of(array, name);
  std::vector<std::int32_t> numbers;
  for (Index i = 0; i < count; ++i)
    numbers.push_back(
        static_cast<std::int32_t>(whole_number(array[i], std::string(name) + "[" + std::to_string(i) + "]")));
  return numbers;
}

std::vector<double> numbers(const Numbers& array, const char* name) {
  const Index count = length_of(array, name);
  std::vector<double> all;
  for (Index i = 0; i < count; ++i) all.push_back(number(array[i], message({name, "[", i, "]"})));
  return all;
}

Numbers to_js(std::span<const std::int32_t> numbers) {
  return Numbers(array_of(numbers, [](std::int32_t number) { return number; }));
}

val to_js(const std::map<std::string, std::string>& texts) {
  val object = val::object();
  for (const auto& [name, text] : texts) object.set(name, text);
  return object;
}

}  // namespace heed::js
