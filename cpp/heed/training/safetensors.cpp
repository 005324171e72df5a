#include "heed/training/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "heed/message.h"
#include "heed/tensor/half.h"

namespace heed {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeader = 100'000'000;

Index size_of(StoredAs type) {
  switch (type) {
    case StoredAs::kF16:
    case StoredAs::kBF16:
      return 2;
    case StoredAs::kF32:
      return 4;
    case StoredAs::kF64:
      return 8;
  }
  return 0;
}

/// The bytes of a tensor, which must be no more than `room`.
Index bytes_of(const std::string& name, const SafetensorsHeader::Entry& entry, Index room) {
  if (std::ranges::count(entry.shape, 0) > 0) return 0;
  Index bytes = size_of(entry.type);
  for (const Index length : entry.shape) {
    require(length <= room / bytes, {"tensor ", name, " is larger than the file's ", room, " bytes of values"});
    bytes *= length;
  }
  return bytes;
}

/// Numbers that are stored as `Stored`, from wherever they lie.
template <typename Stored, typename Convert>
std::vector<float> numbers(std::span<const std::byte> bytes, Convert convert) {
  std::vector<float> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored{};
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
  return values;
}

std::vector<float> read_values(std::span<const std::byte> bytes, StoredAs type) {
  switch (type) {
    case StoredAs::kF16:
      return numbers<std::uint16_t>(bytes, from_half);
    case StoredAs::kBF16:
      return numbers<std::uint16_t>(bytes, from_bfloat16);
    case StoredAs::kF32:
      return numbers<float>(bytes, [](float number) { return number; });
    case StoredAs::kF64:
      return numbers<double>(bytes, [](double number) { return static_cast<float>(number); });
  }
  return {};
}

std::vector<std::uint16_t> halves(const std::string& name, const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values) {
    halves.push_back(to_half(value));
    require(std::isinf(value) || !std::isinf(from_half(halves.back())),
            {"tensor ", name, " has ", static_cast<double>(value), ", which is too large for F16"});
  }
  return halves;
}

}  // namespace

std::vector<std::byte> write_safetensors(const Safetensors& file, StoredAs type) {
  require(type == StoredAs::kF16 || type == StoredAs::kF32, {"tensors can be written as F16 and F32"});
  SafetensorsHeader header{file.metadata, {}};
  Index end = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const Index given = static_cast<Index>(tensor.values.size());
    Index expected = 1;
    for (const Index length : tensor.shape) expected *= length;
    require(given == expected, {"tensor ", name, " has ", given, " values, but its shape asks for ", expected});
    const Index begin = std::exchange(end, end + size_of(type) * given);
    header.tensors[name] = {type, tensor.shape, begin, end};
  }
  std::string text = write_header(header);
  // Values are to lie where a reader can map them: spaces are allowed after the JSON.
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::vector<std::byte> bytes(kLengthBytes + text.size() + static_cast<std::size_t>(end));
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::byte* next = bytes.data() + kLengthBytes + text.size();
  for (const auto& [name, tensor] : file.tensors) {
    if (type == StoredAs::kF32) {
      next = std::ranges::copy(std::as_bytes(std::span(tensor.values)), next).out;
    } else {
      const std::vector<std::uint16_t> rounded = halves(name, tensor.values);
      next = std::ranges::copy(std::as_bytes(std::span(rounded)), next).out;
    }
  }
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
  SafetensorsHeader header = read_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});
  const auto body = rest.subspan(header_bytes.size());
  const Index room = static_cast<Index>(body.size());

  // Each is let go once it is read: the file is all that a hostile one may take memory in proportion to.
  using Node = std::map<std::string, SafetensorsHeader::Entry>::node_type;
  std::vector<Node> in_order;
  in_order.reserve(header.tensors.size());
  while (!header.tensors.empty()) in_order.push_back(header.tensors.extract(header.tensors.begin()));
  std::ranges::sort(in_order, {}, [](const Node& node) { return std::pair(node.mapped().begin, node.mapped().end); });

  Safetensors file{std::move(header.metadata), {}};
  Index end = 0;
  for (Node& node : in_order) {
    const std::string& name = node.key();
    SafetensorsHeader::Entry& entry = node.mapped();
    require(entry.begin == end,
            {"tensor ", name, " begins at byte ", entry.begin, ", but the one before it ends at ", end});
    const Index expected = bytes_of(name, entry, room);
    require(entry.end - entry.begin == expected,
            {"tensor ", name, " takes ", entry.end - entry.begin, " bytes, but its shape asks for ", expected});
    require(entry.end <= room,
            {"tensor ", name, " ends at byte ", entry.end, ", but the file has ", room, " after its header"});
    end = entry.end;
    const auto stored = body.subspan(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(expected));
    file.tensors[name] = {std::move(entry.shape), read_values(stored, entry.type)};
    node = {};
  }
  require(end == room, {"the file's tensors end at byte ", end, ", but it has ", room, " after its header"});
  return file;
}

}  // namespace heed
