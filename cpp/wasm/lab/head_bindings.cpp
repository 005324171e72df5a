#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_values.h"
#include "heed/head_divergence.h"
#include "heed/head_metrics.h"
#include "heed/likeness.h"

// What heads look at and how alike they are, whoever computed their weights.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(HeadMetricsList)
EMSCRIPTEN_DECLARE_VAL_TYPE(MergeList)
EMSCRIPTEN_DECLARE_VAL_TYPE(NumberList)

struct LikenessObject {
  MergeList merges = MergeList(val::undefined());
  NumberList order = NumberList(val::undefined());
};

struct MergeObject {
  double left;
  double right;
  double distance;
};

HeadMetricsList metrics_of_heads(const TensorArgument& weights, const TensorArgument& visible_keys, double offset) {
  return guarded([&] {
    const auto metrics =
        head_metrics<float>(tensor_argument<float>(weights, "weights"),
                            tensor_argument<float>(visible_keys, "visibleKeys"), whole_number(val(offset), "offset"));
    return HeadMetricsList(val::array(metrics));
  });
}

TensorResult divergence_of_heads(const TensorArgument& weights) {
  return guarded([&] { return to_js(head_divergence<float>(tensor_argument<float>(weights, "weights"))); });
}

LikenessObject likeness_of(const TensorArgument& distances) {
  return guarded([&] {
    const auto [merges, order] = order_by_likeness<float>(tensor_argument<float>(distances, "distances"));
    val list = val::array();
    for (const auto& [left, right, distance] : merges)
      list.call<void>("push", MergeObject{static_cast<double>(left), static_cast<double>(right), distance});
    return LikenessObject{MergeList(list), NumberList(val::array(std::vector<double>(order.begin(), order.end())))};
  });
}

}  // namespace
}  // namespace heed::js

using namespace emscripten;
using namespace heed::js;
using heed::HeadMetrics;

EMSCRIPTEN_BINDINGS(heads) {
  register_type<HeadMetricsList>("HeadMetrics[]");
  register_type<MergeList>("Merge[]");
  register_type<NumberList>("number[]");
  value_object<HeadMetrics>("HeadMetrics")
      .field("previousToken", &HeadMetrics::previous_token)
      .field("firstToken", &HeadMetrics::first_token)
      .field("self", &HeadMetrics::self)
      .field("meanDistance", &HeadMetrics::mean_distance)
      .field("local", &HeadMetrics::local)
      .field("entropy", &HeadMetrics::entropy);
  value_object<MergeObject>("Merge")
      .field("left", &MergeObject::left)
      .field("right", &MergeObject::right)
      .field("distance", &MergeObject::distance);
  value_object<LikenessObject>("Likeness")
      .field("merges", &LikenessObject::merges)
      .field("order", &LikenessObject::order);
  function("headMetrics(weights, visibleKeys, offset)", &metrics_of_heads);
  function("headDivergence(weights)", &divergence_of_heads);
  function("orderByLikeness(distances)", &likeness_of);
}
