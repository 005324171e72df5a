#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "heed/tensor/stored_tensor.h"

namespace heed {

/// One file of a model: its name without a folder, and its bytes, which `owner` keeps where they are. Without an owner, the
/// caller does.
struct ModelFile {
  std::string name;                   ///< "model.safetensors"
  std::span<const std::byte> bytes;   ///< the whole file
  std::shared_ptr<const void> owner;  ///< keeps the bytes; null: the caller does
};

/// A model as the Hugging Face hub holds it: its configuration, and its weights where they lie.
struct ModelFiles {
  std::string config;                               ///< config.json
  std::string generation_config;                    ///< generation_config.json, empty where there is none
  std::map<std::string, std::string> metadata;      ///< of the safetensors files
  std::map<std::string, StoredTensor> tensors;      ///< by name, of all files together
  std::vector<std::shared_ptr<const void>> owners;  ///< of the files that hold them
};

/// Picks out config.json, generation_config.json and the weights: where there is a model.safetensors.index.json, the files that
/// it names; else model.safetensors; else every *.safetensors. Other files are ignored. Throws std::invalid_argument that says
/// what is missing, given twice or damaged: files, tensors of the index, a tensor in two files.
[[nodiscard]] ModelFiles read_model_files(std::span<const ModelFile> files);

/// The same of a folder; its weights are mapped, not read.
[[nodiscard]] ModelFiles open_model_folder(const std::string& folder);

}  // namespace heed
