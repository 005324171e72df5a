// Attention computed in both ways: explicitly, with all weights, and streaming, in memory that does not grow with queries × keys.
#include <heed/attention.h>
#include <heed/random.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

int main() {
  heed::RandomState random(1);
  const auto normals = [&](heed::Index heads, heed::Index length, heed::Index dim) {
    heed::Tensor<float> tensor({1, heads, length, dim});  // (batch, heads, length, dim)
    for (float& number : tensor.data) number = static_cast<float>(random.normal());
    return tensor;
  };
  // Grouped queries: two query heads to each key/value head.
  const auto query = normals(4, 100, 64);
  const auto key = normals(2, 100, 64);
  const auto value = normals(2, 100, 64);

  heed::AttentionOptions<float> options;
  options.causal = true;
  const auto streaming = heed::attention(query, key, value, options);
  options.weights = true;
  const auto explicitly = heed::attention(query, key, value, options);

  float largest = 0;
  for (std::size_t i = 0; i < streaming.output.data.size(); ++i)
    largest = std::max(largest, std::abs(streaming.output.data[i] - explicitly.output.data[i]));
  std::printf("the largest difference of the outputs is %s 1e-5\n", largest < 1e-5F ? "below" : "above");
  std::printf("query 99 of head 0: entropy %.3f nats of at most %.3f\n", explicitly.entropy.data[99], std::log(100.0));
}
