#include "explain/worked_example.h"

#include <cmath>

#include "heed/tensor/random.h"

namespace heed::explain {

WorkedExample make_worked_example(const WorkedExampleOptions& options) {
  const auto& [tokens, dim, seed] = options;
  require(tokens >= 1, {"there are ", tokens, " tokens; there must be at least 1"});
  require(dim >= 1, {"dim is ", dim, "; it must be at least 1"});
  RandomState random(seed);
  const auto draw = [&, shape = Shape{1, 1, tokens, dim}](const char* name) {
    Tensor<float> tensor(shape, name);
    for (float& number : tensor.data) number = static_cast<float>(std::round(10 * random.normal()) / 10);
    return tensor;
  };
  WorkedExample example;
  example.query = draw("Q");
  example.key = draw("K");
  example.value = draw("V");
  return example;
}

}  // namespace heed::explain
