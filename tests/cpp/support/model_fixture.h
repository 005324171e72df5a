#pragma once

#include <string>
#include <vector>

#include "heed/io/model_files.h"
#include "heed/io/safetensors.h"

namespace heed::test {

/// A model of tests/fixtures/models: its files, written anew from the recipe, and what transformers computes on it.
class ModelFixture {
 public:
  explicit ModelFixture(const std::string& name);

  /// The names of all, sorted.
  static std::vector<std::string> names();

  /// The names of those whose family the library has.
  static std::vector<std::string> supported();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<ModelFile>& files() const { return files_; }

  /// "causal", "masked", "encoder", "seq2seq" or "image": which of transformers' classes made the expected values.
  [[nodiscard]] const std::string& kind() const { return kind_; }

  /// The largest difference between transformers' own attention weights in float32 and in float64.
  [[nodiscard]] double float32_error() const { return float32_error_; }

  [[nodiscard]] const SafetensorsView& expected() const { return expected_; }
  [[nodiscard]] bool expects(const std::string& tensor) const { return expected_.tensors.contains(tensor); }
  [[nodiscard]] std::vector<float> floats(const std::string& tensor) const;
  /// Empty where there is no such tensor.
  [[nodiscard]] std::vector<std::int32_t> integers(const std::string& tensor) const;

  /// The files of weights of which the recipe has another checksum.
  [[nodiscard]] const std::vector<std::string>& wrong_files() const { return wrong_files_; }

 private:
  void add(const std::string& file, std::vector<std::byte> bytes);

  std::string name_;
  std::string kind_;
  double float32_error_ = 0;
  std::vector<ModelFile> files_;
  std::vector<std::byte> expected_bytes_;
  SafetensorsView expected_;
  std::vector<std::string> wrong_files_;
};

}  // namespace heed::test
