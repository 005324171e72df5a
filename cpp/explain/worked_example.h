#pragma once

#include <cstdint>

#include "heed/tensor/tensor.h"

namespace heed::explain {

/// Queries, keys and values small enough to be read, each (1, 1, tokens, dim).
struct WorkedExample {
  Tensor<float> query;
  Tensor<float> key;
  Tensor<float> value;
};

struct WorkedExampleOptions {
  Index tokens = 5;
  Index dim = 4;
  std::uint32_t seed = 1;
};

/// Standard normal numbers rounded to tenths, so that products of two of them and their sums can be written down whole:
/// np.random.seed(seed), then np.round(np.random.randn(tokens, dim), 1) for Q, for K and for V.
/// Throws std::invalid_argument for fewer than one token or dimension; OutOfMemory naming the size.
[[nodiscard]] WorkedExample make_worked_example(const WorkedExampleOptions& options = {});

}  // namespace heed::explain
