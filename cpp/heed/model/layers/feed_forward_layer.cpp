#include "heed/model/layers/feed_forward_layer.h"

#include "heed/model/layers/detail/parallel.h"

namespace heed {

void FeedForwardLayer::apply(const MatrixView<const float>& x, const MatrixView<float>& y, ThreadPool* pool) const {
  Tensor<float> numbers({1, 1, x.rows, inputs_.columns()}, "the feed-forward network's hidden layer");
  const MatrixView<float> hidden = matrix(numbers);
  inputs_.apply(x, hidden, pool);
  const auto width = static_cast<std::size_t>(config_.width);
  for_each(pool, x.rows, [&](Index i) {
    const std::span<float> gate(hidden.row(i) + config_.gate_first, width);
    if (config_.gated) {
      activate_gate(config_.activation, gate, {hidden.row(i) + config_.up_first, width});
    } else {
      activate(config_.activation, gate);
    }
  });
  output_.apply({hidden.data + config_.gate_first, x.rows, config_.width, hidden.stride}, y, pool);
}

}  // namespace heed
