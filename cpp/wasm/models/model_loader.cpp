#include "model_loader.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "heed/model/architecture/parse_fields.h"
#include "heed/model/families/family.h"

namespace heed::js {
namespace {

/// The type in which most of the bytes are, as options name it: "f32".
std::string type_of_most(const ModelFiles& files, std::optional<ElementType> as) {
  std::map<ElementType, std::size_t> bytes;
  for (const auto& [name, tensor] : files.tensors) bytes[tensor.type] += tensor.bytes.size();
  const auto most = std::ranges::max_element(bytes, {}, [](const auto& each) { return each.second; });
  std::string name = name_of(as ? *as : most == bytes.end() ? ElementType::kF32 : most->first);
  for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
  return name;
}

}  // namespace

void ModelLoader::check_written() const {
  require(left_ == 0,
          {files_.empty() ? "" : files_.back().name, " lacks the last ", static_cast<double>(left_), " of its bytes"});
}

void ModelLoader::add_file(const std::string& name, double size) {
  check_written();
  require(size >= 0 && std::trunc(size) == size, {name, " has ", size, " bytes; that must be a whole number from 0"});
  if (size > static_cast<double>(std::numeric_limits<std::ptrdiff_t>::max()))
    throw OutOfMemory(message({name, " has ", size / 1e9, " GB, more than WebAssembly can address"}));
  const auto bytes = static_cast<std::size_t>(size);
  std::shared_ptr<std::byte[]> owner;
  try {
    // Not std::make_shared_for_overwrite, which visits every byte.
    owner.reset(new std::byte[bytes]);
  } catch (const std::bad_alloc&) {
    throw OutOfMemory(message({name, " has ", size / 1e9, " GB, more than this machine or browser gives"}));
  }
  std::byte* const first = owner.get();
  files_.push_back({name, {first, bytes}, std::move(owner)});
  next_ = first;
  left_ = bytes;
}

void ModelLoader::write(const val& bytes) {
  if (!is_typed_array(bytes, "Uint8Array"))
    throw std::invalid_argument("bytes is " + shown(bytes) + "; it must be a Uint8Array");
  const auto size = bytes["length"].as<std::size_t>();
  require(size <= left_,
          {"there are ", static_cast<double>(size), " bytes for ", files_.empty() ? "no file" : files_.back().name,
           ", which has room for ", static_cast<double>(left_), " more"});
  val(emscripten::typed_memory_view(size, reinterpret_cast<unsigned char*>(next_))).call<void>("set", bytes);
  next_ += size;
  left_ -= size;
}

void ModelLoader::check_family() const {
  check_written();
  require(!files_.empty(), {"there is no config.json yet"});
  const std::span<const std::byte> bytes = files_.back().bytes;
  require_family(parse_fields(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

std::shared_ptr<OpenModel> ModelLoader::open(const val& dtype, Index threads) {
  check_written();
  const std::optional<ElementType> as = dtype_argument(dtype);
  const std::vector<ModelFile> files = std::exchange(files_, {});
  ModelFiles model = read_model_files(files);
  std::string type = type_of_most(model, as);
  return std::make_shared<OpenModel>(
      OpenModel{load_model(std::move(model), as), std::move(type), std::make_unique<ThreadPool>(threads)});
}

}  // namespace heed::js
