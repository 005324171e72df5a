#include "heed/training/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "heed/message.h"
#include "heed/training/safetensors_header.h"

namespace heed {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeader = 100'000'000;

/// The bytes of a float32 tensor, which must be no more than `room`.
Index bytes_of(const std::string& name, const std::vector<Index>& shape, Index room) {
  if (std::ranges::count(shape, 0) > 0) return 0;
  Index values = 1;
  for (const Index length : shape) {
    require(length <= room / 4 / values, {"tensor ", name, " is larger than the file's ", room, " bytes of values"});
    values *= length;
  }
  return 4 * values;
}

}  // namespace

std::vector<std::byte> write_safetensors(const Safetensors& file) {
  SafetensorsHeader header{file.metadata, {}};
  Index end = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const Index given = static_cast<Index>(tensor.values.size());
    Index expected = 1;
    for (const Index length : tensor.shape) expected *= length;
    require(given == expected, {"tensor ", name, " has ", given, " values, but its shape asks for ", expected});
    header.tensors[name] = {"F32", tensor.shape, end, end + 4 * given};
    end += 4 * given;
  }
  std::string text = write_header(header);
  // Values are to lie where a reader can map them: spaces are allowed after the JSON.
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::vector<std::byte> bytes(kLengthBytes + text.size() + static_cast<std::size_t>(end));
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::byte* next = bytes.data() + kLengthBytes + text.size();
  for (const auto& [name, tensor] : file.tensors)
    next = std::ranges::copy(std::as_bytes(std::span(tensor.values)), next).out;
  return bytes;
}

Safetensors read_safetensors(std::span<const std::byte> bytes) {
  const Index size = static_cast<Index>(bytes.size());
  require(bytes.size() >= kLengthBytes, {"the file has ", size, " bytes; the length of its header alone takes 8"});
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  require(length <= kMostHeader,
          {"the file's header is said to have more than the ", Index{kMostHeader}, " bytes that are allowed"});
  const std::span<const std::byte> rest = bytes.subspan(kLengthBytes);
  require(length <= rest.size(), {"the file's header is said to have ", static_cast<Index>(length), " bytes, but ",
                                  static_cast<Index>(rest.size()), " follow"});
  const auto header_bytes = rest.first(static_cast<std::size_t>(length));
  const SafetensorsHeader header =
      read_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});
  const auto body = rest.subspan(header_bytes.size());
  const Index room = static_cast<Index>(body.size());

  using Described = std::pair<const std::string, SafetensorsHeader::Entry>;
  std::vector<const Described*> in_order;
  for (const Described& described : header.tensors) in_order.push_back(&described);
  std::ranges::sort(in_order, {}, [](const Described* d) { return std::pair(d->second.begin, d->second.end); });

  Safetensors file{header.metadata, {}};
  Index end = 0;
  for (const Described* described : in_order) {
    const auto& [name, entry] = *described;
    require(entry.dtype == "F32", {"tensor ", name, " is of type ", entry.dtype, "; only F32 can be read"});
    require(entry.begin == end,
            {"tensor ", name, " begins at byte ", entry.begin, ", but the one before it ends at ", end});
    const Index expected = bytes_of(name, entry.shape, room);
    require(entry.end - entry.begin == expected,
            {"tensor ", name, " takes ", entry.end - entry.begin, " bytes, but its shape asks for ", expected});
    require(entry.end <= room,
            {"tensor ", name, " ends at byte ", entry.end, ", but the file has ", room, " after its header"});
    end = entry.end;
    auto& tensor = file.tensors[name];
    tensor.shape = entry.shape;
    tensor.values.resize(static_cast<std::size_t>(expected / 4));
    if (expected > 0) std::memcpy(tensor.values.data(), body.data() + entry.begin, static_cast<std::size_t>(expected));
  }
  require(end == room, {"the file's tensors end at byte ", end, ", but it has ", room, " after its header"});
  return file;
}

}  // namespace heed
