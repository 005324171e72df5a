#include <utility>

#include "guarded.h"
#include "heed/attention/metrics/entropy.h"
#include "heed/attention/metrics/weight_rows.h"
#include "js_values.h"

// What weights of any origin amount to. Every module registers it: whoever has weights can have them described.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(WeightRowsArgument)

struct WeightRowsObject {
  TensorResult entropy;
  TensorResult sum;
  TensorResult largest;
  TensorResult smallest;
  TensorResult end;
};

struct EntropyMeasuresObject {
  TensorResult normalised;
  TensorResult largest;
  TensorResult bits;
  TensorResult largest_bits;
  TensorResult effective_keys;
};

/// Of the entropy of a query and the number of keys that it sees. Pointers to functions: one loop in the module for all.
using Measure = float (*)(float entropy, float visible_keys);

TensorResult measured(const Tensor<float>& entropy, const Tensor<float>& visible, Measure measure) {
  Tensor<float> result(entropy.shape, "a measure of entropies");
  for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = measure(entropy.data[i], visible.data[i]);
  return to_js(result);
}

std::pair<Tensor<float>, Tensor<float>> read_entropies(const TensorArgument& entropy,
                                                       const TensorArgument& visible_keys) {
  std::pair read(tensor_argument<float>(entropy, "entropy"), tensor_argument<float>(visible_keys, "visibleKeys"));
  require(read.first.shape == read.second.shape,
          {"entropy has shape ", read.first.shape, " but visibleKeys has ", read.second.shape});
  return read;
}

TensorResult normalised(const TensorArgument& entropy, const TensorArgument& visible_keys) {
  return guarded([&] {
    const auto [nats, visible] = read_entropies(entropy, visible_keys);
    return measured(nats, visible, normalised_entropy<float>);
  });
}

EntropyMeasuresObject measures(const TensorArgument& entropy, const TensorArgument& visible_keys) {
  return guarded([&] {
    const auto [nats, visible] = read_entropies(entropy, visible_keys);
    const auto of = [&given = nats, &seen = visible](Measure measure) { return measured(given, seen, measure); };
    return EntropyMeasuresObject{
        .normalised = of(normalised_entropy<float>),
        .largest = of([](float, float keys) { return largest_entropy(keys); }),
        .bits = of([](float entropy_in_nats, float) { return nats_to_bits(entropy_in_nats); }),
        .largest_bits = of([](float, float keys) { return nats_to_bits(largest_entropy(keys)); }),
        .effective_keys = of([](float entropy_in_nats, float) { return effective_keys(entropy_in_nats); })};
  });
}

WeightRowsObject rows_of(const TensorArgument& weights) {
  return guarded([&] {
    const auto rows = weight_rows<float>(tensor_argument<float>(weights, "weights"));
    return WeightRowsObject{to_js(rows.entropy), to_js(rows.sum), to_js(rows.largest), to_js(rows.smallest),
                            to_js(rows.end)};
  });
}

WeightStatistics statistics_of_rows(const WeightRowsArgument& rows, double keys) {
  return guarded([&] {
    check_names(rows, "rows", "entropy, sum, largest, smallest, end");
    return weight_statistics(WeightRows<float>{tensor_at<float>(rows, "entropy"), tensor_at<float>(rows, "sum"),
                                               tensor_at<float>(rows, "largest"), tensor_at<float>(rows, "smallest"),
                                               tensor_at<float>(rows, "end")},
                             whole_number(val(keys), "keys"));
  });
}

TensorResult visible_keys_of(const TensorArgument& end, double keys) {
  return guarded([&] {
    return to_js(visible_keys_of_weights<float>(tensor_argument<float>(end, "end"), whole_number(val(keys), "keys")));
  });
}

WeightStatistics statistics_of(const TensorArgument& weights, const TensorArgument& entropy) {
  return guarded([&] {
    return weight_statistics<float>(tensor_argument<float>(weights, "weights").data,
                                    tensor_argument<float>(entropy, "entropy").data);
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::WeightStatistics;

EMSCRIPTEN_BINDINGS(description) {
  register_type<WeightRowsArgument>("WeightRows");
  value_object<WeightStatistics>("WeightStatistics")
      .field("mean", &WeightStatistics::mean)
      .field("largest", &WeightStatistics::largest)
      .field("smallest", &WeightStatistics::smallest)
      .field("meanEntropy", &WeightStatistics::mean_entropy);
  value_object<WeightRowsObject>("WeightRows")
      .field("entropy", &WeightRowsObject::entropy)
      .field("sum", &WeightRowsObject::sum)
      .field("largest", &WeightRowsObject::largest)
      .field("smallest", &WeightRowsObject::smallest)
      .field("end", &WeightRowsObject::end);
  value_object<EntropyMeasuresObject>("EntropyMeasures")
      .field("normalised", &EntropyMeasuresObject::normalised)
      .field("largest", &EntropyMeasuresObject::largest)
      .field("bits", &EntropyMeasuresObject::bits)
      .field("largestBits", &EntropyMeasuresObject::largest_bits)
      .field("effectiveKeys", &EntropyMeasuresObject::effective_keys);
  function("normalisedEntropy(entropy, visibleKeys)", &normalised);
  function("entropyMeasures(entropy, visibleKeys)", &measures);
  function("weightRows(weights)", &rows_of);
  function("rowStatistics(rows, keys)", &statistics_of_rows);
  function("visibleKeysOfWeights(end, keys)", &visible_keys_of);
  function("weightStatistics(weights, entropy)", &statistics_of);
}
