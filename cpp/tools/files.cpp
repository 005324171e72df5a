#include "files.h"

#include <filesystem>
#include <fstream>

#include "heed/tensor/message.h"

namespace heed {

std::vector<std::byte> read_file(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  require(!error, {"cannot read ", path, ": ", error.message()});
  std::vector<std::byte> bytes(size);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  require(file.good(), {"cannot read ", path});
  return bytes;
}

void check_writable(const std::string& path) {
  const std::string unfinished = path + ".part";
  require(std::ofstream(unfinished).good(), {"cannot write to ", unfinished});
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
}

void write_file(const std::string& path, std::span<const std::byte> bytes) {
  const std::string unfinished = path + ".part";
  std::ofstream file(unfinished, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  require(file.good(), {"cannot write to ", unfinished});
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  require(!error, {"cannot write to ", path, ": ", error.message()});
}

}  // namespace heed
