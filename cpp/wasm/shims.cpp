#include "shims.h"

#include <cmath>
#include <exception>
#include <numeric>
#include <span>

#include "heed/entropy.h"
#include "heed/handmade_head.h"
#include "heed/multi_head.h"
#include "heed/notebook.h"
#include "heed/weight_statistics.h"

namespace heed::js {
namespace {

/// Runs `body`; what it throws is thrown on as a JavaScript error.
template <typename Body>
auto guarded(Body&& body) -> decltype(body()) {
  std::string why;
  const char* type = "Error";
  try {
    return body();
  } catch (const OutOfMemory& error) {
    type = "RangeError";
    why = error.what();
  } catch (const std::bad_alloc&) {
    type = "RangeError";
    why = "there is not enough memory for this";
  } catch (const std::exception& error) {
    why = error.what();
  }
  val::global(type).new_(why).throw_();
  __builtin_unreachable();
}

/// A tensor that arrives as an argument of its own.
template <typename Scalar>
Tensor<Scalar> tensor(const val& value, const char* name) {
  val holder = val::object();
  holder.set(name, value);
  return tensor_at<Scalar>(holder, name);
}

/// The core's options, and the tensors that they look at.
struct Options {
  Tensor<std::uint8_t> mask;
  Tensor<float> bias;
  AttentionOptions<float> core;
};

/// One side of window: [left, right]. Infinity, -1, null and undefined leave it open.
std::optional<Index> window_side(const val& window, int side) {
  const val width = window[side];
  if (width.isUndefined() || width.isNull()) return {};
  if (width.isNumber() && (std::isinf(width.as<double>()) || width.as<double>() == -1)) return {};
  return whole_number(width, side == 0 ? "window[0]" : "window[1]");
}

void read_options(const val& from, Options& options) {
  auto& core = options.core;
  core.scale = number_at(from, "scale");
  core.temperature = number_at(from, "temperature").value_or(1);
  core.softcap = number_at(from, "softcap").value_or(0);
  core.causal = flag_at(from, "causal");
  core.query_offset = whole_number_at(from, "queryOffset").value_or(0);
  core.weights = core.logits = flag_at(from, "weights");
  if (const val logits = property(from, "logits"); !logits.isUndefined()) core.logits = flag_at(from, "logits");
  if (const val mask = property(from, "mask"); !mask.isUndefined() && !mask.isNull()) {
    options.mask = tensor_at<std::uint8_t>(from, "mask");
    core.mask = options.mask;
  }
  if (const val bias = property(from, "bias"); !bias.isUndefined() && !bias.isNull()) {
    options.bias = tensor_at<float>(from, "bias");
    core.bias = options.bias;
  }
  if (const val window = property(from, "window"); !window.isUndefined() && !window.isNull()) {
    if (!window.isArray() || window["length"].as<double>() != 2)
      throw std::invalid_argument("window is " + shown(window) + "; it must be [left, right]");
    core.window_left = window_side(window, 0);
    core.window_right = window_side(window, 1);
  }
  if (const val lengths = property(from, "keyLengths"); !lengths.isUndefined() && !lengths.isNull()) {
    const val count = property(lengths, "length");
    if (!count.isNumber()) throw std::invalid_argument("keyLengths is " + shown(lengths) + "; it must be an array");
    for (int b = 0; b < count.as<int>(); ++b)
      core.key_lengths.push_back(whole_number(lengths[b], "keyLengths[" + std::to_string(b) + "]"));
  }
}

std::optional<std::uint32_t> seed_at(const val& options) {
  const auto seed = number_at(options, "seed");
  if (!seed) return {};
  require(*seed >= 0 && *seed <= 4294967295.0 && std::trunc(*seed) == *seed,
          {"seed is ", *seed, "; it must be a whole number from 0 to 4294967295"});
  return static_cast<std::uint32_t>(*seed);
}

AttentionResultObject result_object(const AttentionResult<float>& result, const AttentionOptions<float>& options,
                                    const val& reuse = val::undefined()) {
  const auto copy = [&](const Tensor<float>& tensor, const char* name) { return to_js(tensor, property(reuse, name)); };
  AttentionResultObject object{copy(result.output, "output"),
                               copy(result.log_sum_exp, "logSumExp"),
                               copy(result.entropy, "entropy"),
                               copy(result.visible_keys, "visibleKeys"),
                               {},
                               {}};
  if (options.weights) object.weights = copy(result.weights, "weights");
  if (options.weights && options.logits) object.logits = copy(result.logits, "logits");
  return object;
}

}  // namespace

AttentionResultObject attention(const AttentionInputs& inputs, const AttentionOptionsArgument& options) {
  return guarded([&] {
    Options read;
    read_options(options, read);
    const auto query = tensor_at<float>(inputs, "query");
    const auto key = tensor_at<float>(inputs, "key");
    const auto value = tensor_at<float>(inputs, "value");
    return result_object(heed::attention(query, key, value, read.core), read.core, property(options, "reuse"));
  });
}

TensorResult attention_weights(const WeightsInputs& inputs, const WeightsBlockArgument& block,
                               const AttentionOptionsArgument& options) {
  return guarded([&] {
    Options read;
    read_options(options, read);
    const auto query = tensor_at<float>(inputs, "query");
    const auto key = tensor_at<float>(inputs, "key");
    const auto log_sum_exp = tensor_at<float>(inputs, "logSumExp");
    const WeightsBlock wanted{.batch = whole_number_at(block, "batch").value_or(0),
                              .head = whole_number_at(block, "head").value_or(0),
                              .row = whole_number_at(block, "row").value_or(0),
                              .rows = whole_number_at(block, "rows").value_or(0),
                              .column = whole_number_at(block, "column").value_or(0),
                              .columns = whole_number_at(block, "columns").value_or(0)};
    return to_js(heed::attention_weights<float>(query, key, log_sum_exp, wanted, read.core));
  });
}

MultiHeadResultObject multi_head_attention(const MultiHeadInputs& inputs, const AttentionOptionsArgument& options) {
  return guarded([&] {
    Options read;
    read_options(options, read);
    const auto x = tensor_at<float>(inputs, "x");
    const MultiHead<float> weights{.w_query = tensor_at<float>(inputs, "wQuery"),
                                   .w_key = tensor_at<float>(inputs, "wKey"),
                                   .w_value = tensor_at<float>(inputs, "wValue"),
                                   .w_output = tensor_at<float>(inputs, "wOutput")};
    const auto result = heed::multi_head_attention<float>(x, weights, read.core);
    return MultiHeadResultObject{to_js(result.output), result_object(result.attention, read.core)};
  });
}

NotebookObject make_notebook(const NotebookOptionsArgument& options) {
  return guarded([&] {
    NotebookOptions wanted;
    wanted.tokens = whole_number_at(options, "tokens").value_or(wanted.tokens);
    wanted.d_model = whole_number_at(options, "dModel").value_or(wanted.d_model);
    wanted.heads = whole_number_at(options, "heads").value_or(wanted.heads);
    wanted.init = flag_at(options, "glorot") ? Init::kGlorot : Init::kPerHead;
    wanted.seed = seed_at(options).value_or(wanted.seed);
    const auto notebook = heed::make_notebook<float>(wanted);
    return NotebookObject{.x = to_js(notebook.x),
                          .w_query = to_js(notebook.weights.w_query),
                          .w_key = to_js(notebook.weights.w_key),
                          .w_value = to_js(notebook.weights.w_value),
                          .w_output = to_js(notebook.weights.w_output),
                          .query = to_js(notebook.heads.query),
                          .key = to_js(notebook.heads.key),
                          .value = to_js(notebook.heads.value)};
  });
}

TensorResult normalised_entropy(const TensorArgument& entropy, const TensorArgument& visible_keys) {
  return guarded([&] {
    auto result = tensor<float>(entropy, "entropy");
    const auto visible = tensor<float>(visible_keys, "visibleKeys");
    require(result.shape == visible.shape,
            {"entropy has shape ", result.shape, " but visibleKeys has ", visible.shape});
    for (std::size_t i = 0; i < result.data.size(); ++i)
      result.data[i] = heed::normalised_entropy(result.data[i], visible.data[i]);
    return to_js(result);
  });
}

WeightRowsObject weight_rows(const TensorArgument& weights) {
  return guarded([&] {
    const auto given = tensor<float>(weights, "weights");
    const auto [batch, heads, queries, keys] = given.shape;
    const auto width = static_cast<std::size_t>(keys);
    Tensor<float> entropy({batch, heads, queries, 1});
    Tensor<float> sum({batch, heads, queries, 1});
    for (std::size_t i = 0; i < entropy.data.size(); ++i) {
      const auto row = std::span<const float>(given.data).subspan(i * width, width);
      entropy.data[i] = heed::entropy<float>(row);
      sum.data[i] = static_cast<float>(std::accumulate(row.begin(), row.end(), 0.0));
    }
    return WeightRowsObject{to_js(entropy), to_js(sum)};
  });
}

StatisticsObject weight_statistics(const TensorArgument& weights, const TensorArgument& entropy) {
  return guarded([&] {
    const auto [mean, largest, smallest, mean_entropy] =
        heed::weight_statistics<float>(tensor<float>(weights, "weights").data, tensor<float>(entropy, "entropy").data);
    return StatisticsObject{mean, largest, smallest, mean_entropy};
  });
}

namespace {

/// Options of a head that keeps them: no matrix as large as the one that is never formed.
AttentionOptions<float> read_long_options(const val& from) {
  for (const char* matrix : {"mask", "bias"})
    if (!property(from, matrix).isUndefined())
      throw std::invalid_argument(std::string(matrix) +
                                  " is not possible for a long head; causal, window and keyLengths are");
  Options read;
  read_options(from, read);
  return read.core;
}

}  // namespace

std::shared_ptr<LongHead> make_long_head(const LongHeadInputs& inputs, const AttentionOptionsArgument& options) {
  return guarded([&] {
    return std::make_shared<LongHead>(tensor_at<float>(inputs, "query"), tensor_at<float>(inputs, "key"),
                                      read_long_options(options));
  });
}

std::shared_ptr<LongHead> make_handmade_long_head(const HandmadeOptionsArgument& handmade,
                                                  const AttentionOptionsArgument& options) {
  return guarded([&] {
    HandmadeOptions wanted;
    wanted.tokens = whole_number_at(handmade, "tokens").value_or(wanted.tokens);
    wanted.stride = whole_number_at(handmade, "stride").value_or(wanted.stride);
    wanted.seed = seed_at(handmade).value_or(wanted.seed);
    auto [query, key] = make_handmade_head(wanted);
    return std::make_shared<LongHead>(std::move(query), std::move(key), read_long_options(options));
  });
}

double long_head_queries(const LongHead& head) { return static_cast<double>(head.queries()); }
double long_head_keys(const LongHead& head) { return static_cast<double>(head.keys()); }

RowsObject long_head_rows(LongHead& head, double first, double count) {
  return guarded([&] {
    const auto rows = head.rows(whole_number(val(first), "first"), whole_number(val(count), "count"));
    return RowsObject{to_js(rows.log_sum_exp), to_js(rows.entropy)};
  });
}

void long_head_remember(LongHead& head, double first, const RowsArgument& rows) {
  guarded([&] {
    head.remember(whole_number(val(first), "first"),
                  {.log_sum_exp = tensor_at<float>(rows, "logSumExp"), .entropy = tensor_at<float>(rows, "entropy")});
  });
}

MapObject long_head_map(LongHead& head, const MapRequestArgument& request) {
  return guarded([&] {
    const auto at = [&](const char* name, Index otherwise) {
      return whole_number_at(request, name).value_or(otherwise);
    };
    const auto map = head.map({.row = at("row", 0),
                               .rows = at("rows", 0),
                               .row_block = at("rowBlock", 1),
                               .column = at("column", 0),
                               .columns = at("columns", 0),
                               .column_block = at("columnBlock", 1)});
    return MapObject{to_js(map.largest), to_js(map.sum)};
  });
}

}  // namespace heed::js
