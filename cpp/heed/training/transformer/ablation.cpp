#include "heed/training/transformer/ablation.h"

namespace heed {

template <typename Scalar>
Ablation<Scalar>::Ablation(Transformer<Scalar>& network, std::span<const HeadIndex> heads) : network_(network) {
  ablated_.reserve(heads.size());
  // All are looked up before the first is ablated.
  for (const auto& [layer, head] : heads)
    if (!network_.is_ablated(layer, head)) ablated_.push_back({layer, head});
  for (const auto& [layer, head] : ablated_) network_.ablate(layer, head, true);
}

template <typename Scalar>
Ablation<Scalar>::~Ablation() {
  for (const auto& [layer, head] : ablated_) network_.ablate(layer, head, false);
}

template class Ablation<float>;
template class Ablation<double>;

}  // namespace heed
