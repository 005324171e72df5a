#include "heed/io/detail/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

#if __has_include(<sys/mman.h>) && !defined(__EMSCRIPTEN__)
#define HEED_MAPS_FILES 1
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#define HEED_MAPS_FILES 0
#include <fstream>
#endif

namespace heed {
namespace {

[[noreturn]] void refuse(const std::string& path, const char* reason) {
  throw std::invalid_argument(path + " cannot be read: " + reason);
}

}  // namespace

#if HEED_MAPS_FILES

namespace {

struct OpenFile {
  int descriptor;
  ~OpenFile() { close(descriptor); }
};

}  // namespace

MappedFile map_file(const std::string& path) {
  const OpenFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor < 0) refuse(path, std::strerror(errno));
  struct stat about{};
  if (fstat(file.descriptor, &about) != 0) refuse(path, std::strerror(errno));
  if (!S_ISREG(about.st_mode)) refuse(path, "it is not a file");
  if (about.st_size == 0) return {};
  if (static_cast<unsigned long long>(about.st_size) > std::numeric_limits<std::size_t>::max() / 2)
    refuse(path, "it is larger than the memory that can be addressed");
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const begin = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0);
  if (begin == MAP_FAILED) refuse(path, std::strerror(errno));
  const std::shared_ptr<const void> owner(begin, [size](void* mapped) { munmap(mapped, size); });
  return {{static_cast<const std::byte*>(begin), size}, owner};
}

#else

MappedFile map_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) refuse(path, std::strerror(errno));
  const auto size = static_cast<std::streamsize>(stream.tellg());
  if (size < 0) refuse(path, "it is not a file");
  auto bytes = std::make_shared<std::vector<std::byte> >(static_cast<std::size_t>(size));
  stream.seekg(0);
  if (!stream.read(reinterpret_cast<char*>(bytes->data()), size)) refuse(path, std::strerror(errno));
  return {*bytes, bytes};
}

#endif

}  // namespace heed
