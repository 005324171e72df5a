#include "heed/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "heed/io/detail/safetensors_header.h"
#include "heed/io/detail/shown.h"
#include "heed/tensor/half.h"

namespace heed {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeader = 100'000'000;

/// Throws unless each tensor begins where the one before it ends, from the first byte of `values` to its last.
void check_order(const std::map<std::string, StoredTensor>& tensors, std::span<const std::byte> values) {
  std::vector<std::map<std::string, StoredTensor>::const_iterator> in_order;
  in_order.reserve(tensors.size());
  for (auto tensor = tensors.begin(); tensor != tensors.end(); ++tensor) in_order.push_back(tensor);
  const auto place = [&](const auto& tensor) {
    const auto& bytes = tensor->second.bytes;
    return std::pair(bytes.data() - values.data(), bytes.size());
  };
  // A heap: std::sort is much larger code, which a page would download.
  std::ranges::make_heap(in_order, {}, place);
  std::ranges::sort_heap(in_order, {}, place);
  Index end = 0;
  for (const auto& tensor : in_order) {
    const auto [begin, size] = place(tensor);
    require(begin == end,
            {"tensor ", shown(tensor->first), " begins at byte ", begin, ", but the one before it ends at ", end});
    end += static_cast<Index>(size);
  }
  const Index room = static_cast<Index>(values.size());
  require(end == room, {"the file's tensors end at byte ", end, ", but it has ", room, " after its header"});
}

std::vector<std::byte> halves(const std::string& name, const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values) {
    halves.push_back(to_half(value));
    require(std::isinf(value) || !std::isinf(from_half(halves.back())),
            {"tensor ", name, " has ", static_cast<double>(value), ", which is too large for F16"});
  }
  const auto bytes = std::as_bytes(std::span(halves));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

SafetensorsView::SafetensorsView(const Safetensors& file) : metadata(file.metadata) {
  for (const auto& [name, tensor] : file.tensors) {
    const Index given = static_cast<Index>(tensor.values.size());
    const Index expected = elements_of(tensor.shape);
    require(given == expected, {"tensor ", name, " has ", given, " values, but its shape asks for ", expected});
    tensors[name] = {ElementType::kF32, tensor.shape, std::as_bytes(std::span(tensor.values))};
  }
}

SafetensorsView view_safetensors(std::span<const std::byte> bytes) {
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
  const auto values = rest.subspan(header_bytes.size());
  SafetensorsHeader header =
      read_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()}, values);
  check_order(header.tensors, values);
  SafetensorsView view;
  view.metadata = std::move(header.metadata);
  view.tensors = std::move(header.tensors);
  return view;
}

Safetensors read_safetensors(std::span<const std::byte> bytes) {
  SafetensorsView view = view_safetensors(bytes);
  Safetensors file{std::move(view.metadata), {}};
  // Each is let go once it is read: the file is all that a hostile one may take memory in proportion to.
  while (!view.tensors.empty()) {
    auto node = view.tensors.extract(view.tensors.begin());
    std::vector<float> values = values_of(node.mapped(), node.key());
    file.tensors[std::move(node.key())] = {std::move(node.mapped().shape), std::move(values)};
  }
  return file;
}

std::vector<float> values_of(const StoredTensor& tensor, const std::string& name) {
  require(is_weight_type(tensor.type), {"tensor ", shown(name), " is of type ", name_of(tensor.type),
                                        "; only F16, BF16, F32 and F64 can be read as float32"});
  std::vector<float> values(tensor.bytes.size() / (static_cast<std::size_t>(bits_of(tensor.type)) / 8));
  widen(tensor.type, tensor.bytes, values);
  return values;
}

std::vector<std::byte> write_safetensors(const Safetensors& file, ElementType type) {
  require(type == ElementType::kF16 || type == ElementType::kF32, {"tensors can be written as F16 and F32"});
  SafetensorsView view(file);
  std::vector<std::vector<std::byte>> rounded;
  for (auto& [name, tensor] : view.tensors) {
    if (type == ElementType::kF32) continue;
    rounded.push_back(halves(name, file.tensors.at(name).values));
    tensor.type = type;
    tensor.bytes = rounded.back();
  }
  return write_safetensors(view);
}

std::vector<std::byte> write_safetensors(const SafetensorsView& file) {
  for (const auto& [name, tensor] : file.tensors) {
    require(has_its_bytes(tensor), {"tensor ", name, " has ", static_cast<Index>(tensor.bytes.size()),
                                    " bytes, but its shape ", text_of(tensor.shape), " asks for another number"});
  }
  std::string text = write_header({file.metadata, file.tensors});
  // Values are to lie where a reader can map them: spaces are allowed after the JSON.
  text.resize((text.size() + 7) / 8 * 8, ' ');

  const std::uint64_t length = text.size();
  std::size_t size = kLengthBytes + text.size();
  for (const auto& [name, tensor] : file.tensors) size += tensor.bytes.size();
  std::vector<std::byte> bytes(size);
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::byte* next = bytes.data() + kLengthBytes + text.size();
  for (const auto& [name, tensor] : file.tensors) next = std::ranges::copy(tensor.bytes, next).out;
  return bytes;
}

}  // namespace heed
