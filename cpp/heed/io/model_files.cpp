#include "heed/io/model_files.h"

#include <set>

#include "heed/io/detail/safetensors_index.h"
#include "heed/io/detail/shown.h"
#include "heed/io/safetensors.h"

namespace heed {
namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kSingle = "model.safetensors";

using FilesByName = std::map<std::string, const ModelFile*>;

std::string_view text_of(const ModelFile& file) {
  return {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()};
}

const ModelFile* find(const FilesByName& files, const std::string& name) {
  const auto found = files.find(name);
  return found == files.end() ? nullptr : found->second;
}

std::string text_of(const FilesByName& files, const char* name) {
  constexpr std::size_t kMost = 4 << 20;
  const ModelFile* file = find(files, name);
  if (file == nullptr) return "";
  require(file->bytes.size() <= kMost, {name, " has ", static_cast<Index>(file->bytes.size()), " bytes; at most ",
                                        static_cast<Index>(kMost), " are read"});
  return std::string(text_of(*file));
}

/// The names of the files of weights.
std::set<std::string> weights_of(const FilesByName& files, const std::map<std::string, std::string>& index) {
  std::set<std::string> names;
  if (!index.empty()) {
    for (const auto& [tensor, name] : index) {
      require(files.contains(name),
              {"the index says that tensor ", shown(tensor), " is in ", shown(name), ", which is not among the files"});
      names.insert(name);
    }
  } else if (files.contains(kSingle)) {
    names.insert(kSingle);
  } else {
    for (const auto& [name, _] : files)
      if (name.ends_with(".safetensors")) names.insert(name);
  }
  require(!names.empty(),
          {"there is no safetensors file among the model's ", static_cast<Index>(files.size()), " files"});
  return names;
}

void add_weights(const ModelFile& file, ModelFiles& model, std::map<std::string, std::string>& origins) {
  SafetensorsView view;
  try {
    view = view_safetensors(file.bytes);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(message({shown(file.name), ": ", error.what()}));
  }
  model.metadata.merge(view.metadata);
  for (auto& [name, tensor] : view.tensors) {
    const auto [origin, added] = origins.emplace(name, file.name);
    require(added, {"tensor ", shown(name), " is in ", shown(origin->second), " and in ", shown(file.name)});
    model.tensors.emplace(name, std::move(tensor));
  }
  model.owners.push_back(file.owner);
}

}  // namespace

ModelFiles read_model_files(std::span<const ModelFile> files) {
  FilesByName by_name;
  for (const ModelFile& file : files)
    require(by_name.emplace(file.name, &file).second, {"there are two files named ", shown(file.name)});
  require(by_name.contains("config.json"),
          {"there is no config.json among the model's ", static_cast<Index>(files.size()), " files"});
  ModelFiles model;
  model.config = text_of(by_name, "config.json");
  model.generation_config = text_of(by_name, "generation_config.json");

  std::map<std::string, std::string> index;
  if (const ModelFile* file = find(by_name, kIndex)) {
    index = read_safetensors_index(text_of(*file), kIndex);
    require(!index.empty(), {kIndex, " names no tensor"});
  }
  std::map<std::string, std::string> origins;
  for (const std::string& name : weights_of(by_name, index)) add_weights(*by_name.at(name), model, origins);
  for (const auto& [tensor, name] : index) {
    const auto origin = origins.find(tensor);
    require(origin != origins.end() && origin->second == name,
            {"the index says that tensor ", shown(tensor), " is in ", shown(name), ", but it is not"});
  }
  return model;
}

}  // namespace heed
