#pragma once

#include <cstdio>
#include <string>

namespace heed {

/// Error messages are put together here rather than with streams, which would make up half of the WebAssembly module.
inline std::string text(const char* words) { return words; }
inline std::string text(std::string words) { return words; }
inline std::string text(long long number) { return std::to_string(number); }
inline std::string text(long number) { return std::to_string(number); }
inline std::string text(int number) { return std::to_string(number); }
inline std::string text(double number) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", number);
  return buffer;
}

template <typename... Parts>
std::string message(const Parts&... parts) {
  return (text(parts) + ...);
}

}  // namespace heed
