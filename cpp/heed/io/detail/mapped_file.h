#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace heed {

/// The bytes of a file, and what keeps them there.
struct MappedFile {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
};

/// Maps a file into memory, so that what is not looked at takes none; where the system cannot, reads it. The file must not be
/// shortened meanwhile. Throws std::invalid_argument with the path and the reason where it cannot be opened.
[[nodiscard]] MappedFile map_file(const std::string& path);

}  // namespace heed
