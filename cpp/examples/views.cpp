// Attention over numbers that lie in memory of the program's own: they are read and written where they are.
#include <heed/attention.h>

#include <cstdio>
#include <span>
#include <vector>

int main() {
  // What a projection returns for 3 tokens and 2 heads of 2 components, in the order (length, heads, dim).
  std::vector<float> numbers{1, 0, 0, 2, 0, 1, 2, 0, 1, 1, 1, 1};
  const heed::Shape shape{1, 2, 3, 2};       // (batch, heads, length, dim)
  const heed::Strides strides{12, 2, 4, 1};  // how many numbers lie between one index of an axis and the next
  const heed::StridedView<const float> x{numbers.data(), shape, strides};

  std::vector<float> output(12);      // in the order of the input
  std::vector<float> weights(2 * 9);  // row-major: the strides follow from the shape
  heed::AttentionOptions<float> options;
  options.causal = true;
  heed::attention_into(
      {.output = {output.data(), shape, strides}, .weights = heed::view_of(std::span(weights), {1, 2, 3, 3})}, x, x, x,
      options);

  for (int token = 0; token < 3; ++token)
    std::printf("token %d: head 0 (%.3f, %.3f), head 1 (%.3f, %.3f)\n", token, output[4 * token], output[4 * token + 1],
                output[4 * token + 2], output[4 * token + 3]);
  std::printf("weights of token 2 in head 1: %.3f %.3f %.3f\n", weights[15], weights[16], weights[17]);
}
