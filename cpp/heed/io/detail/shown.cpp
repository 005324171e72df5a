#include "heed/io/detail/shown.h"

#include <cstddef>

namespace heed {

std::string shown(const std::string& name) {
  constexpr std::size_t kMost = 100;
  if (name.size() <= kMost) return name;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // not within a character
  return name.substr(0, end) + "…";
}

}  // namespace heed
