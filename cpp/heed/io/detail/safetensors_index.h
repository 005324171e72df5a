#pragma once

#include <map>
#include <string>
#include <string_view>

namespace heed {

/// Which file holds which tensor of a model in several files: `weight_map` of model.safetensors.index.json.
/// Throws std::invalid_argument, with `name` for the file's, where it names a tensor twice, has no weight_map, maps a tensor to
/// something other than a file's name, or to one in another folder.
[[nodiscard]] std::map<std::string, std::string> read_safetensors_index(std::string_view text, const std::string& name);

}  // namespace heed
