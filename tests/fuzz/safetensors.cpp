// libFuzzer's target: any bytes are read as safetensors or refused, in memory for which the file gives reason, and what was
// read is written and read again as the same.

#include "heed/io/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "memory.h"

using namespace heed;
using namespace heed::fuzz;

namespace {

/// The most bytes that reading allocated at once.
std::size_t memory_of_reading(std::span<const std::byte> bytes) {
  return most_memory_of([&] { (void)read_safetensors(bytes); });
}

/// 512 metadata may take 64 KB, whatever they are.
std::size_t check_memory(std::span<const std::byte> bytes) {
  constexpr std::size_t kMetadata = 64 << 10;
  const std::size_t most = memory_of_reading(bytes);
  if (most > 4 * bytes.size() + kMetadata) fail("reading took too much memory");
  return most;
}

std::vector<std::byte> file_of(const std::string& header, std::size_t body) {
  std::vector<std::byte> bytes(8 + header.size() + body);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

/// Files that make the most of their bytes: as many tensors, dimensions, metadata or values as fit.
void tell_worst_memory() {
  std::string tensors = "{";
  std::string deep = "{";
  for (int i = 0; i < 20000; ++i) {
    const std::string name = (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"dtype":"F32","shape":[)";
    tensors += name + R"(0],"data_offsets":[0,0]})";
    deep += name + "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0" + R"(],"data_offsets":[0,0]})";
  }
  std::string metadata = R"({"__metadata__":{"":"")";
  for (int i = 0; i < 511; ++i) metadata += ",\"" + std::to_string(i) + R"(":"")";
  const std::string halves = R"({"a":{"dtype":"F16","shape":[1000000],"data_offsets":[0,2000000]}})";
  const struct {
    const char* what;
    std::vector<std::byte> file;
  } files[]{{"20000 empty tensors", file_of(tensors + "}", 0)},
            {"20000 tensors of 32 dimensions", file_of(deep + "}", 0)},
            {"512 empty metadata", file_of(metadata + "}}", 0)},
            {"a million numbers of 16 bits", file_of(halves, 2000000)}};
  for (const auto& [what, file] : files) {
    const std::size_t most = check_memory(file);
    std::printf("%s: %zu bytes, %.2f times that in memory\n", what, file.size(),
                static_cast<double>(most) / static_cast<double>(file.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  measure_memory();
  tell_worst_memory();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check_memory(bytes);
  Safetensors file;
  try {
    // All that is viewed lies within the file.
    for (const auto& [name, tensor] : view_safetensors(bytes).tensors)
      if (!tensor.bytes.empty() && (tensor.bytes.data() < bytes.data() ||
                                    tensor.bytes.data() + tensor.bytes.size() > bytes.data() + bytes.size()))
        fail("a view leaves the file");
    file = read_safetensors(bytes);
  } catch (const std::invalid_argument&) {
    return 0;
  }
  const auto written = write_safetensors(file);
  const Safetensors again = read_safetensors(written);
  if (again.metadata != file.metadata || again.tensors.size() != file.tensors.size()) fail("something is lost");
  for (const auto& [name, tensor] : file.tensors) {
    const auto& other = again.tensors.at(name);
    if (other.shape != tensor.shape) fail("a shape differs");
    const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    if (!std::ranges::equal(other.values, tensor.values, same)) fail("values differ");
  }
  return 0;
}
