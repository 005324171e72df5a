#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "explain/scaling/scaling.h"

// The experiment on what dividing by √d_k does.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(ScalingRequest)

struct ScaledSoftmaxObject {
  Spread variance;
  Spread largest_weight;
  Spread entropy;
  Spread jacobian;
  Spread gradient;
  TensorResult first_row;
};

struct ScalingObject {
  TensorResult measured;
  TensorResult exact;
  TensorResult normal;
  double products = 0;
  ScaledSoftmaxObject unscaled;
  ScaledSoftmaxObject scaled;
};

TensorResult row(const std::vector<double>& numbers) {
  Tensor<float> tensor({1, 1, 1, static_cast<Index>(numbers.size())});
  for (std::size_t i = 0; i < numbers.size(); ++i) tensor.data[i] = static_cast<float>(numbers[i]);
  return to_js(tensor);
}

ScaledSoftmaxObject to_object(const ScaledSoftmax& softmax) {
  return {softmax.variance, softmax.largest_weight, softmax.entropy,
          softmax.jacobian, softmax.gradient,       row(softmax.first_row)};
}

ScalingObject run_scaling_experiment(const ScalingRequest& request) {
  return guarded([&] {
    check_names(request, "request", "dim, keys, queries, repeats, seed");
    ScalingOptions options;
    options.dim = whole_number_at(request, "dim").value_or(options.dim);
    options.keys = whole_number_at(request, "keys").value_or(options.keys);
    options.queries = whole_number_at(request, "queries").value_or(options.queries);
    options.repeats = whole_number_at(request, "repeats").value_or(options.repeats);
    options.seed = seed_at(request).value_or(options.seed);
    const ScalingResult result = scaling_experiment(options);
    return ScalingObject{row(result.measured),       row(result.exact),
                         row(result.normal),         static_cast<double>(result.products),
                         to_object(result.unscaled), to_object(result.scaled)};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;

EMSCRIPTEN_BINDINGS(scaling) {
  register_type<ScalingRequest>("{ dim?: number; keys?: number; queries?: number; repeats?: number; seed?: number }");
  value_object<heed::explain::Spread>("Spread")
      .field("mean", &heed::explain::Spread::mean)
      .field("median", &heed::explain::Spread::median)
      .field("low", &heed::explain::Spread::low)
      .field("high", &heed::explain::Spread::high);
  value_object<ScaledSoftmaxObject>("ScaledSoftmax")
      .field("variance", &ScaledSoftmaxObject::variance)
      .field("largestWeight", &ScaledSoftmaxObject::largest_weight)
      .field("entropy", &ScaledSoftmaxObject::entropy)
      .field("jacobian", &ScaledSoftmaxObject::jacobian)
      .field("gradient", &ScaledSoftmaxObject::gradient)
      .field("firstRow", &ScaledSoftmaxObject::first_row);
  value_object<ScalingObject>("ScalingResult")
      .field("measured", &ScalingObject::measured)
      .field("exact", &ScalingObject::exact)
      .field("normal", &ScalingObject::normal)
      .field("products", &ScalingObject::products)
      .field("unscaled", &ScalingObject::unscaled)
      .field("scaled", &ScalingObject::scaled);
  function("scalingExperiment(request)", &run_scaling_experiment);
}
