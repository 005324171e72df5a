#pragma once

#include <span>
#include <vector>

#include "heed/training/transformer/transformer.h"

namespace heed {

/// One head of a transformer, counted from 0.
struct HeadIndex {
  Index layer = 0;  ///< the first is 0
  Index head = 0;   ///< within its layer
};

/// Heads of a network whose output counts as 0 for as long as this lives; afterwards they are as they were.
template <typename Scalar>
class Ablation {
 public:
  /// Throws std::invalid_argument where one of the heads is not there; none of them is then off.
  Ablation(Transformer<Scalar>& network, std::span<const HeadIndex> heads);
  ~Ablation();
  Ablation(const Ablation&) = delete;
  Ablation& operator=(const Ablation&) = delete;

 private:
  Transformer<Scalar>& network_;
  std::vector<HeadIndex> ablated_;  ///< by this
};

}  // namespace heed
