#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "heed/io/model_files.h"
#include "heed/model/model.h"

namespace heed {

/// A model, and the files in which its weights lie: none where all of them were converted.
struct LoadedModel {
  std::vector<std::shared_ptr<const void>> files;  ///< owners of the bytes that the model looks at
  Model model;                                     ///< must not outlive `files`
};

/// The model that the files hold: heed::load_model(heed::open_model_folder("gpt2")). `as` is what matrices become (F32, Q8 or
/// Q4); nothing: they stay as they are stored. Where generation_config.json says which tokens end a text, it has precedence over
/// config.json. Throws std::invalid_argument, naming the values, where the configuration is damaged or not supported, and
/// where it and the tensors do not fit each other.
[[nodiscard]] LoadedModel load_model(ModelFiles files, std::optional<ElementType> as = {});

}  // namespace heed
