#pragma once

#include <optional>
#include <vector>

#include "heed/model/architecture/architecture_config.h"
#include "heed/model/layers/parameters.h"

namespace heed {

/// See HeadConfig.
class HeadLayer {
 public:
  /// Throws std::invalid_argument where a tensor is missing or of another shape.
  HeadLayer(const HeadConfig& config, Index width, ParameterLoader& loader);

  /// The logits of the rows of the last hidden state (rows × width): (1, 1, rows, outputs), or (1, 1, 1, outputs) where the head
  /// pools.
  [[nodiscard]] Tensor<float> logits(const MatrixView<const float>& x, ThreadPool* pool) const;

  /// Whether a logit is, but for the soft cap, a sum over the components of the hidden state.
  [[nodiscard]] bool is_linear() const { return !pools() && transforms_.empty(); }
  /// What each component of the hidden state is multiplied by for a logit before the soft cap: (width). Of linear heads.
  [[nodiscard]] std::vector<double> direction(Index output) const;
  /// What is added to that sum: the biases. Of linear heads.
  [[nodiscard]] double constant(Index output) const;
  /// How many logits there are: the vocabulary, or classes.
  [[nodiscard]] Index outputs() const { return output_.outputs(); }

  /// Whether a text has one row of logits, not one a position.
  [[nodiscard]] bool pools() const { return config_.pooling != HeadConfig::Pooling::kNone; }

 private:
  struct Transform {
    std::optional<Linear> linear;
    ActivationFunction activation;
    std::optional<NormLayer> norm;
  };

  [[nodiscard]] Tensor<float> pool_rows(const MatrixView<const float>& x) const;

  HeadConfig config_;
  std::vector<Transform> transforms_;
  Linear output_;
  std::vector<float> output_bias_;
};

}  // namespace heed
