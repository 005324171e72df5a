#include "heed/tensor/element_type.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "heed/tensor/half.h"

namespace heed {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie");

struct Kind {
  const char* name;
  int bits;
};

/// As ElementType numbers them.
constexpr std::array<Kind, 24> kKinds{
    {{"F64", 64},        {"F32", 32},    {"F16", 16},    {"BF16", 16},   {"I64", 64},    {"I32", 32},
     {"I16", 16},        {"I8", 8},      {"U64", 64},    {"U32", 32},    {"U16", 16},    {"U8", 8},
     {"BOOL", 8},        {"C64", 64},    {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
     {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},      {"Q8", 0},      {"Q4", 0}}};
static_assert(kKinds.size() == static_cast<std::size_t>(ElementType::kQ4) + 1);

const Kind& kind_of(ElementType type) { return kKinds[static_cast<std::size_t>(type)]; }

template <typename Stored, typename Convert>
void widen_each(std::span<const std::byte> stored, std::span<float> widened, Convert convert) {
  for (std::size_t i = 0; i < widened.size(); ++i) {
    Stored number{};
    std::memcpy(&number, stored.data() + i * sizeof(Stored), sizeof(Stored));
    widened[i] = convert(number);
  }
}

}  // namespace

const char* name_of(ElementType type) { return kind_of(type).name; }

std::optional<ElementType> element_type(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &Kind::name);
  if (found == kKinds.end() || found->bits == 0) return std::nullopt;
  return static_cast<ElementType>(found - kKinds.begin());
}

int bits_of(ElementType type) {
  require(kind_of(type).bits > 0, {"numbers of type ", name_of(type), " have no size apart from their block's"});
  return kind_of(type).bits;
}

bool is_weight_type(ElementType type) { return type <= ElementType::kBF16; }

void widen(ElementType type, std::span<const std::byte> stored, std::span<float> widened) {
  require(is_weight_type(type),
          {"numbers of type ", name_of(type), " cannot be read as float32; F64, F32, F16 and BF16 can"});
  const std::size_t size = static_cast<std::size_t>(bits_of(type)) / 8;
  require(stored.size() % size == 0 && stored.size() / size == widened.size(),
          {static_cast<Index>(widened.size()), " numbers of type ", name_of(type), " cannot be read from ",
           static_cast<Index>(stored.size()), " bytes"});
  switch (type) {
    case ElementType::kF64:
      return widen_each<double>(stored, widened, [](double number) { return static_cast<float>(number); });
    case ElementType::kF16:
      return widen_each<std::uint16_t>(stored, widened, from_half);
    case ElementType::kBF16:
      return widen_each<std::uint16_t>(stored, widened, from_bfloat16);
    default:
      if (!stored.empty()) std::memcpy(widened.data(), stored.data(), stored.size());
  }
}

}  // namespace heed
