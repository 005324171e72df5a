#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace heed {

/// All bytes of a file. Throws std::invalid_argument where it cannot be read.
[[nodiscard]] std::vector<std::byte> read_file(const std::string& path);

/// Replaces a file at once: whoever is killed while writing leaves the old one. Throws std::invalid_argument where it cannot
/// be written.
void write_file(const std::string& path, std::span<const std::byte> bytes);

/// Throws as `write_file` would, without touching the file.
void check_writable(const std::string& path);

}  // namespace heed
