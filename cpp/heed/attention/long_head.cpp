#include "heed/attention/long_head.h"

#include <algorithm>
#include <utility>

#include "heed/attention/detail/attention_head.h"

namespace heed {

LongHead::LongHead(Tensor<float> query, Tensor<float> key, const AttentionOptions<float>& options)
    : query_(std::move(query)), key_(std::move(key)), options_(options) {
  require(!options.mask.is_given() && !options.bias.is_given(),
          {"a long head takes no mask and no bias; causal, window and key lengths are possible"});
  require(!options.weights && !options.logits, {"a long head forms no matrix of weights or logits"});
  const Shape per_query{1, 1, queries(), 1};
  log_sum_exp_ = Tensor<float>(per_query, "the log-sum-exp");
  entropy_ = Tensor<float>(per_query, "the entropy");
  is_known_.resize(static_cast<std::size_t>(queries()));
  (void)map({});  // checks the shapes and options
  // Each query is asked for as the first of some.
  require(options.query_offset <= kLargestOffset - queries(),
          {"query offset is ", options.query_offset, "; with ", queries(), " queries it must be at most ",
           kLargestOffset - queries()});
}

void LongHead::check(Index first, Index count) const {
  require(
      first >= 0 && count >= 0 && first <= queries() && count <= queries() - first,
      {"queries ", first, " to ", saturating_sum(first, count), " do not lie within the ", queries(), " there are"});
}

LongHead::Rows LongHead::rows(Index first, Index count) {
  check(first, count);
  // Row by row what is known may be in pieces; each piece that is missing is worked out at once.
  for (Index row = first; row < first + count;) {
    const auto known = [&](Index i) { return is_known_[static_cast<std::size_t>(i)]; };
    if (known(row)) {
      ++row;
      continue;
    }
    Index end = row + 1;
    while (end < first + count && !known(end)) ++end;
    work_out(row, end - row);
    row = end;
  }
  const auto part = [&](const Tensor<float>& all) {
    return Tensor<float>({1, 1, count, 1}, {all.data.begin() + first, all.data.begin() + first + count});
  };
  return {.log_sum_exp = part(log_sum_exp_), .entropy = part(entropy_)};
}

void LongHead::work_out(Index first, Index count) {
  // Values without components: the streaming way then computes the rows' sums and nothing else.
  const TensorView<float> value{key_.data.data(), {1, 1, keys(), 0}};
  const TensorView<float> queries_wanted{query_.head(0, 0) + first * query_.shape.dim, {1, 1, count, query_.shape.dim}};
  AttentionOptions<float> options = options_;
  options.query_offset += first;
  const auto result = attention<float>(queries_wanted, key_, value, options);
  remember(first, {.log_sum_exp = result.log_sum_exp, .entropy = result.entropy});
}

void LongHead::remember(Index first, const Rows& rows) {
  const Index count = rows.log_sum_exp.shape.length;
  check(first, count);
  const Shape per_query{1, 1, count, 1};
  for (const auto& [name, given] : {std::pair{"log-sum-exps", &rows.log_sum_exp}, {"entropies", &rows.entropy}}) {
    require(given->shape == per_query, {"the ", name, " have shape ", given->shape, "; expected ", per_query});
    (void)TensorView<float>(*given);  // as many values as its shape says
  }
  std::copy(rows.log_sum_exp.data.begin(), rows.log_sum_exp.data.end(), log_sum_exp_.data.begin() + first);
  std::copy(rows.entropy.data.begin(), rows.entropy.data.end(), entropy_.data.begin() + first);
  std::fill_n(is_known_.begin() + first, count, true);
}

AttentionMap<float> LongHead::map(const MapRequest& request, AttentionMap<float> before) {
  if (request.row >= 0 && request.rows >= 0 && request.row <= queries() - request.rows)
    (void)rows(request.row, request.rows);
  return attention_map<float>(query_, key_, log_sum_exp_, request, options_, std::move(before));
}

}  // namespace heed
