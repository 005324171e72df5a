#pragma once

#include "heed/model/architecture/block_config.h"
#include "heed/model/layers/parameters.h"

namespace heed {

/// See FeedForwardConfig.
class FeedForwardLayer {
 public:
  /// Throws std::invalid_argument where a tensor is missing or of another shape.
  FeedForwardLayer(const FeedForwardConfig& config, ParameterLoader& loader)
      : config_(config), inputs_(config.inputs, loader), output_(config.output, loader) {}

  /// x and y are (rows × width of the model).
  void apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const;

 private:
  FeedForwardConfig config_;
  LinearGroup inputs_;
  Linear output_;
};

}  // namespace heed
