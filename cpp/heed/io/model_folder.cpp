#include <filesystem>

#include "heed/io/detail/mapped_file.h"
#include "heed/io/model_files.h"
#include "heed/tensor/message.h"

namespace heed {

ModelFiles open_model_folder(const std::string& folder) {
  std::error_code error;
  std::vector<ModelFile> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool described = name == "config.json" || name == "generation_config.json" || name.ends_with(".index.json");
    if (!described && !name.ends_with(".safetensors")) continue;
    MappedFile mapped = map_file(entry->path().string());
    files.push_back({name, mapped.bytes, std::move(mapped.owner)});
  }
  require(!error, {folder, " cannot be read: ", error.message()});
  return read_model_files(files);
}

}  // namespace heed
