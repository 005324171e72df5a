#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "heed/model/architecture/parameter_config.h"
#include "heed/model/architecture/weights.h"
#include "heed/ops/linear_weights.h"

namespace heed {

/// Takes parameters out of a checkpoint. A matrix that is asked for twice (tied embeddings, shared layers) is there once.
class ParameterLoader {
 public:
  /// `as` is what matrices become; nothing: they stay as they are stored.
  ParameterLoader(const Weights& weights, std::optional<ElementType> as) : weights_(weights), as_(as) {}

  /// A vector of that size, also of a shape with more axes whose product it is. Empty where the name is.
  [[nodiscard]] std::vector<float> vector(const std::string& name, Index size);

  /// All of a tensor as float32.
  [[nodiscard]] std::vector<float> numbers(const std::string& name, std::initializer_list<Index> shape);

  /// The weights of a linear layer, (outputs × inputs), in whichever order they are stored.
  [[nodiscard]] std::shared_ptr<const LinearWeights> matrix(const LinearConfig& linear);

  /// Rows of a table that are looked up one at a time: (rows × width).
  [[nodiscard]] std::shared_ptr<const LinearWeights> table(const std::string& name, Index rows, Index width) {
    return matrix({.weight = name, .inputs = width, .outputs = rows});
  }

  /// Whether a matrix is used where it lies in the checkpoint.
  [[nodiscard]] bool has_views() const;

  /// How many numbers have been taken.
  [[nodiscard]] double parameters() const { return parameters_; }
  /// How many bytes of the checkpoint they were.
  [[nodiscard]] double bytes() const { return bytes_; }

 private:
  const StoredTensor& count(const StoredTensor& tensor);

  const Weights& weights_;
  std::optional<ElementType> as_;
  std::map<std::string, std::shared_ptr<const LinearWeights>, std::less<>> matrices_;
  double parameters_ = 0;
  double bytes_ = 0;
};

/// y = x Wᵀ + b
class Linear {
 public:
  /// Takes weight and bias out of the checkpoint. Throws what Weights::get_matrix throws.
  Linear(const LinearConfig& config, ParameterLoader& loader);

  /// x is (rows × inputs), y (rows × outputs). Threads share the outputs where there is a pool.
  void apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const;

  /// Components of y.
  [[nodiscard]] Index outputs() const { return outputs_; }
  /// Components of x.
  [[nodiscard]] Index inputs() const { return weights_->inputs(); }
  /// (outputs); empty: none.
  [[nodiscard]] std::span<const float> bias() const { return bias_; }
  /// The weights of one output, (inputs).
  [[nodiscard]] std::vector<float> row(Index output) const;
  /// y = x Wᵀ, without the bias.
  void apply_without_bias(const MatrixView<const float>& x, const MatrixView<float>& y) const {
    weights_->apply(x, nullptr, y, nullptr);
  }

 private:
  std::shared_ptr<const LinearWeights> weights_;
  std::vector<float> bias_;
  Index outputs_;
};

/// Several maps of the same x, whose results lie side by side.
class LinearGroup {
 public:
  /// No map: y has no columns.
  LinearGroup() = default;
  /// In the order of their columns.
  LinearGroup(const std::vector<LinearConfig>& configs, ParameterLoader& loader);

  /// y is (rows of x × columns()).
  void apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const;

  /// Outputs of all.
  [[nodiscard]] Index columns() const { return columns_; }

 private:
  std::vector<Linear> parts_;
  Index columns_ = 0;
};

/// See NormConfig.
class NormLayer {
 public:
  /// `gains`: how many rows of gains there are, for vectors that have each their own.
  NormLayer(const NormConfig& config, Index width, ParameterLoader& loader, Index gains = 1);

  /// Each row of x (n × width), which are contiguous; x and y may be the same.
  void apply(const MatrixView<const float>& x, const MatrixView<float>& y) const;

  /// With the scale of the whole, the norm of a sum is the sum of its terms, each with its own mean taken off, times
  /// gain · this, and of the bias.
  [[nodiscard]] double inverse_scale(std::span<const float> whole) const;
  /// A term of that sum, in place: (width).
  void apply_to_term(std::span<double> term, double inverse_scale) const;
  /// (width); empty: none.
  [[nodiscard]] std::span<const float> bias() const { return bias_; }

  /// One vector, with the gain of that number where there are several.
  void apply(float* x, Index gain) const;

 private:
  NormConfig::Kind kind_;
  double epsilon_;
  Index width_;
  std::vector<float> gain_;  ///< (gains × width)
  std::vector<float> bias_;
};

/// None where there is no such norm.
[[nodiscard]] std::optional<NormLayer> load_norm(const std::optional<NormConfig>& config, Index width,
                                                 ParameterLoader& loader);

}  // namespace heed
