#include "heed/model/architecture/weights.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace heed {
namespace {

/// Whether a number is NaN: all bits of its exponent are 1 and one of its fraction is.
template <typename Bits, Bits kExponent>
std::optional<Index> first_nan(std::span<const std::byte> bytes) {
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  const auto is_nan = [](Bits bits) { return static_cast<Bits>(bits & static_cast<Bits>(~kSign)) > kExponent; };
  const std::size_t count = bytes.size() / sizeof(Bits);
  const auto at = [&](std::size_t i) {
    Bits bits{};
    std::memcpy(&bits, bytes.data() + i * sizeof(Bits), sizeof(Bits));
    return bits;
  };
  constexpr std::size_t kBlock = 4096;  // looked at without a branch, so that it takes as long as reading the memory
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t last = std::min(first + kBlock, count);
    Bits any = 0;
    for (std::size_t i = first; i < last; ++i) any |= static_cast<Bits>(is_nan(at(i)) ? 1 : 0);
    if (any == 0) continue;
    for (std::size_t i = first; i < last; ++i)
      if (is_nan(at(i))) return static_cast<Index>(i);
  }
  return std::nullopt;
}

std::optional<Index> first_nan(const StoredTensor& tensor) {
  switch (tensor.type) {
    case ElementType::kF64:
      return first_nan<std::uint64_t, 0x7FF0000000000000U>(tensor.bytes);
    case ElementType::kF16:
      return first_nan<std::uint16_t, 0x7C00U>(tensor.bytes);
    case ElementType::kBF16:
      return first_nan<std::uint16_t, 0x7F80U>(tensor.bytes);
    default:
      return first_nan<std::uint32_t, 0x7F800000U>(tensor.bytes);
  }
}

}  // namespace

const StoredTensor* Weights::find(std::string_view name) const {
  if (const auto found = tensors_.find(std::string(name)); found != tensors_.end()) return &found->second;
  for (const auto& [now, before] : {std::pair{".weight", ".gamma"}, std::pair{".bias", ".beta"}})
    if (name.ends_with(now)) {
      const std::string older = std::string(name.substr(0, name.size() - std::strlen(now))) + before;
      if (const auto found = tensors_.find(older); found != tensors_.end()) return &found->second;
    }
  return nullptr;
}

std::string Weights::base(std::string_view prefix) const {
  const auto first = tensors_.lower_bound(std::string(prefix));
  return std::string(first != tensors_.end() && first->first.starts_with(prefix) ? prefix : "");
}

const StoredTensor& Weights::get(std::string_view name) const {
  const StoredTensor* tensor = find(name);
  require(tensor != nullptr, {"the checkpoint has no tensor ", std::string(name)});
  require(is_weight_type(tensor->type),
          {std::string(name), " is stored as ", name_of(tensor->type), "; weights must be F64, F32, F16 or BF16"});
  require(has_its_bytes(*tensor), {std::string(name), " has shape ", text_of(tensor->shape), " but ",
                                   static_cast<Index>(tensor->bytes.size()), " bytes"});
  if (const std::optional<Index> nan = first_nan(*tensor))
    throw std::invalid_argument(message({std::string(name), " holds NaN: its number ", *nan}));
  return *tensor;
}

const StoredTensor& Weights::get_matrix(std::string_view name, Index rows, Index columns) const {
  const StoredTensor* tensor = find(name);
  if (tensor == nullptr || tensor->shape.size() <= 2) return get(name, {rows, columns});
  std::size_t axis = 0;
  while (axis + 2 < tensor->shape.size() && tensor->shape[axis] == 1) ++axis;
  const Index rest = elements_of(std::span(tensor->shape).subspan(axis + 1));
  require(tensor->shape[axis] == rows && rest == columns, {std::string(name), " has shape ", text_of(tensor->shape),
                                                           " but the configuration says ", rows, " × ", columns});
  return get(name);
}

const StoredTensor& Weights::get(std::string_view name, std::initializer_list<Index> shape) const {
  const StoredTensor* tensor = find(name);
  require(tensor == nullptr || std::ranges::equal(tensor->shape, shape),
          {std::string(name), " has shape ", tensor == nullptr ? "" : text_of(tensor->shape),
           " but the configuration says ", text_of({shape.begin(), shape.size()})});
  return get(name);
}

}  // namespace heed
