// libFuzzer's target: any bytes are read as a configuration and as an index of safetensors files or refused, in memory for
// which the text gives reason; a configuration that was read is written and read again as the same.

#include <cstdint>
#include <span>

#include "heed/io/detail/json.h"
#include "heed/io/detail/safetensors_index.h"
#include "memory.h"

using namespace heed;
using namespace heed::fuzz;

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  measure_memory();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kSmall = 64 << 10;
  // A list may double its room for the 16 bytes that a number of two takes, and what it grew from is there meanwhile.
  if (most_memory_of([&] { (void)parse_json(text, "config.json"); }) > 64 * size + kSmall)
    fail("a configuration took too much memory");
  // { "":"a" } of 7 bytes takes a node of a map with two texts.
  if (most_memory_of([&] { (void)read_safetensors_index(text, "index"); }) > 24 * size + kSmall)
    fail("an index took too much memory");
  try {
    const Json json = parse_json(text, "config.json");
    if (parse_json(json.dump(), "config.json") != json) fail("a configuration is another after it was written");
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
