#include <emscripten/bind.h>

#include "../guarded.h"
#include "../js_arrays.h"
#include "explain/head_clustering.h"
#include "heed/attention/metrics/head_divergence.h"
#include "heed/attention/metrics/head_metrics.h"
#include "heed/training/head_scores.h"

// What heads look at and how similar they are, whoever computed their weights.

namespace heed::js {
using namespace explain;
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(HeadMetricsList)
EMSCRIPTEN_DECLARE_VAL_TYPE(MergeList)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadScoresList)

struct ClusteringObject {
  MergeList merges = MergeList(val::undefined());
  Numbers order = Numbers(val::undefined());
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

HeadScoresList scores_of_heads(const TensorArgument& weights, const Numbers& tokens, bool causal) {
  return guarded([&] {
    const auto scores =
        head_scores<float>(tensor_argument<float>(weights, "weights"), whole_numbers(tokens, "tokens"), {}, causal);
    return HeadScoresList(val::array(scores));
  });
}

TensorResult divergence_of_heads(const TensorArgument& weights) {
  return guarded([&] { return to_js(head_divergence<float>(tensor_argument<float>(weights, "weights"))); });
}

ClusteringObject order_by_similarity(const TensorArgument& distances) {
  return guarded([&] {
    const auto [merges, order] = cluster_by_distance<float>(tensor_argument<float>(distances, "distances"));
    const auto number = [](Index index) { return static_cast<double>(index); };
    return ClusteringObject{
        MergeList(array_of(
            merges,
            [&](const Merge& merge) { return MergeObject{number(merge.left), number(merge.right), merge.distance}; })),
        Numbers(array_of(order, number))};
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
  register_type<HeadScoresList>("HeadScores[]");
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
  value_object<ClusteringObject>("Clustering")
      .field("merges", &ClusteringObject::merges)
      .field("order", &ClusteringObject::order);
  function("headMetrics(weights, visibleKeys, offset)", &metrics_of_heads);
  function("headScores(weights, tokens, causal)", &scores_of_heads);
  function("headDivergence(weights)", &divergence_of_heads);
  function("orderBySimilarity(distances)", &order_by_similarity);
}
