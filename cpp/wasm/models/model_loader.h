#pragma once

#include <memory>
#include <string>
#include <vector>

#include "heed/model/load_model.h"
#include "heed/threads/thread_pool.h"
#include "model_values.h"

namespace heed::js {

/// A model, and what it says of itself.
struct OpenModel {
  LoadedModel loaded;
  std::string dtype;                 ///< of most of its weights
  std::unique_ptr<ThreadPool> pool;  ///< what its passes run on
};

/// Takes a model's files piece by piece, so that their bytes are in memory once.
class ModelLoader {
 public:
  /// Begins a file of `size` bytes, which `write` fills.
  void add_file(const std::string& name, double size);
  void write(const val& bytes);
  /// Refuses a config.json, the last file that was written, of a family that is not known: before the weights are fetched.
  void check_family() const;
  /// The model that the files hold, which computes on up to `threads` threads. The loader is empty then.
  [[nodiscard]] std::shared_ptr<OpenModel> open(const val& dtype, Index threads);

 private:
  void check_written() const;

  std::vector<ModelFile> files_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;  ///< bytes of the last file that are not written yet
};

}  // namespace heed::js
