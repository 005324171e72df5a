#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "heed/tensor/stored_tensor.h"

namespace heed {

/// The tensors of a checkpoint by name, as they lie in its files, which must outlive them.
class Weights {
 public:
  /// By the names of the checkpoint.
  using Tensors = std::map<std::string, StoredTensor>;

  /// Views of files that outlive it.
  explicit Weights(Tensors tensors) : tensors_(std::move(tensors)) {}

  /// Null where there is none. Also found: LayerNorm's `gamma` and `beta`, as older files call `weight` and `bias`.
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;
  /// Whether find() has it.
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  /// `prefix` where the names begin with it, else nothing: files hold a model's names with its base's name and without.
  [[nodiscard]] std::string base(std::string_view prefix) const;

  /// Throws std::invalid_argument, naming the values, where there is no such tensor, where it has another shape or a type that
  /// weights do not have, and where it holds NaN.
  [[nodiscard]] const StoredTensor& get(std::string_view name, std::initializer_list<Index> shape) const;

  /// The same of a matrix, which may be stored with more axes: 1 before the rows, and several whose product is the columns.
  [[nodiscard]] const StoredTensor& get_matrix(std::string_view name, Index rows, Index columns) const;

  /// The same without looking at the shape.
  [[nodiscard]] const StoredTensor& get(std::string_view name) const;

  /// Every tensor of the files, those that no layer takes too.
  [[nodiscard]] const Tensors& all() const { return tensors_; }

 private:
  Tensors tensors_;
};

}  // namespace heed
