// Three ways to say which keys a query may see: a limit by position, a mask of 0 and 1, and a bias of −∞.
#include <heed/attention.h>

#include <cstdio>
#include <limits>

namespace {

void print_row(const char* name, const heed::AttentionResult<float>& result) {
  const heed::Index keys = result.weights.shape.dim;
  std::printf("%-8s weights of query 1:", name);
  for (heed::Index key = 0; key < keys; ++key)
    std::printf(" %.3f", result.weights.data[static_cast<std::size_t>(keys + key)]);
  std::printf("\n");
}

}  // namespace

int main() {
  // Equal scores, so that what can be seen is shared evenly.
  const heed::Tensor<float> zeros({1, 1, 4, 8});
  heed::AttentionOptions<float> options;
  options.weights = true;

  options.causal = true;
  print_row("causal", heed::attention(zeros, zeros, zeros, options));
  options.causal = false;

  options.window_left = options.window_right = 1;
  print_row("window", heed::attention(zeros, zeros, zeros, options));
  options.window_left = options.window_right = {};

  // One row for all queries: axes of length 1 are broadcast.
  const heed::Tensor<std::uint8_t> mask({1, 1, 1, 4}, {1, 1, 0, 0});
  options.mask = mask;
  print_row("mask", heed::attention(zeros, zeros, zeros, options));
  options.mask = {};

  const heed::Tensor<float> bias({1, 1, 1, 4}, {0, 0, 0, -std::numeric_limits<float>::infinity()});
  options.bias = bias;
  print_row("bias", heed::attention(zeros, zeros, zeros, options));
}
