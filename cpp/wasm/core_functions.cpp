#include "core_functions.h"

#include "attention_arguments.h"
#include "explain/handmade_head.h"
#include "explain/notebook.h"
#include "guarded.h"
#include "heed/attention/map_margins.h"
#include "heed/attention/multi_head.h"

namespace heed::js {
using namespace explain;
namespace {

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
    refuse_options_among(inputs);
    AttentionArguments read;
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
    refuse_options_among(inputs);
    AttentionArguments read;
    read_options(options, read);
    const auto query = tensor_at<float>(inputs, "query");
    const auto key = tensor_at<float>(inputs, "key");
    const auto log_sum_exp = tensor_at<float>(inputs, "logSumExp");
    check_names(block, "block", "batch, head, row, rows, column, columns");
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
    refuse_options_among(inputs);
    AttentionArguments read;
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
    check_names(options, "options", "tokens, dModel, heads, seed, glorot");
    NotebookOptions wanted;
    wanted.tokens = whole_number_at(options, "tokens").value_or(wanted.tokens);
    wanted.d_model = whole_number_at(options, "dModel").value_or(wanted.d_model);
    wanted.heads = whole_number_at(options, "heads").value_or(wanted.heads);
    wanted.init = flag_at(options, "glorot") ? Init::kGlorot : Init::kPerHead;
    wanted.seed = seed_at(options).value_or(wanted.seed);
    const auto notebook = explain::make_notebook<float>(wanted);
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

namespace {

/// Options of a head that keeps them: no matrix as large as the one that is never formed.
AttentionOptions<float> read_long_options(const val& from) {
  for (const char* matrix : {"mask", "bias"})
    if (!property(from, matrix).isUndefined())
      throw std::invalid_argument(std::string(matrix) +
                                  " is not possible for a long head; causal, window and keyLengths are");
  AttentionArguments read;
  read_options(from, read);
  return read.core;
}

}  // namespace

std::shared_ptr<LongHead> make_long_head(const LongHeadInputs& inputs, const AttentionOptionsArgument& options) {
  return guarded([&] {
    refuse_options_among(inputs);
    return std::make_shared<LongHead>(tensor_at<float>(inputs, "query"), tensor_at<float>(inputs, "key"),
                                      read_long_options(options));
  });
}

std::shared_ptr<LongHead> make_handmade_long_head(const HandmadeOptionsArgument& handmade,
                                                  const AttentionOptionsArgument& options) {
  return guarded([&] {
    check_names(handmade, "handmade", "tokens, stride, seed");
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

RowsObject long_head_rows(LongHead& head, const Number& first, const Number& count) {
  return guarded([&] {
    const auto rows = head.rows(whole_number(first, "first"), whole_number(count, "count"));
    return RowsObject{to_js(rows.log_sum_exp), to_js(rows.entropy)};
  });
}

void long_head_remember(LongHead& head, const Number& first, const RowsArgument& rows) {
  guarded([&] {
    head.remember(whole_number(first, "first"),
                  {.log_sum_exp = tensor_at<float>(rows, "logSumExp"), .entropy = tensor_at<float>(rows, "entropy")});
  });
}

MapObject long_head_map(LongHead& head, const MapRequestArgument& request) {
  return guarded([&] {
    check_names(request, "request", "row, rows, rowBlock, column, columns, columnBlock, before");
    const auto at = [&](const char* name, Index otherwise) {
      return whole_number_at(request, name).value_or(otherwise);
    };
    AttentionMap<float> before;
    if (const val given = property(request, "before"); !given.isUndefined())
      before = {.largest = tensor_at<float>(given, "largest"), .sum = tensor_at<float>(given, "sum")};
    const auto map = head.map({.row = at("row", 0),
                               .rows = at("rows", 0),
                               .row_block = at("rowBlock", 1),
                               .column = at("column", 0),
                               .columns = at("columns", 0),
                               .column_block = at("columnBlock", 1)},
                              std::move(before));
    return MapObject{to_js(map.largest), to_js(map.sum)};
  });
}

MarginsObject map_margins(const KnownCellsArgument& cells) {
  return guarded([&] {
    check_names(cells, "cells", "sum, known, entropy, keys, block");
    const auto margins = heed::map_margins({.sum = tensor_at<float>(cells, "sum"),
                                            .known = tensor_at<float>(cells, "known"),
                                            .entropy = tensor_at<float>(cells, "entropy"),
                                            .keys = whole_number_at(cells, "keys").value_or(0),
                                            .block = whole_number_at(cells, "block").value_or(1)});
    return MarginsObject{to_js(margins.received), to_js(margins.given), to_js(margins.least_entropy),
                         to_js(margins.most_entropy)};
  });
}

}  // namespace heed::js
