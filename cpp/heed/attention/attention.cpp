#include "heed/attention/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "heed/attention/detail/attention_head.h"
#include "heed/threads/parallel.h"

namespace heed {
namespace {

/// "mask (1, 1, 8, 7) does not broadcast to (1, 4, 8, 8)"
template <typename Element>
void check_broadcast(const char* name, const TensorView<Element>& tensor, const Shape& full) {
  const auto fits = [](Index axis, Index of) { return axis == of || axis == 1; };
  const Shape& shape = tensor.shape;
  (void)shape.size();
  require(fits(shape.batch, full.batch) && fits(shape.heads, full.heads) && fits(shape.length, full.length) &&
              fits(shape.dim, full.dim),
          {name, " has shape ", shape, ", which does not broadcast to (batch, heads, queries, keys) = ", full});
}

template <typename Scalar>
void check_query_and_key(const TensorView<Scalar>& query, const TensorView<Scalar>& key) {
  const Shape& q = query.shape;
  const Shape& k = key.shape;
  (void)q.size();
  (void)k.size();
  require(q.batch == k.batch, {"Q has batch ", q.batch, " but K has ", k.batch});
  require(q.dim == k.dim, {"Q has dim ", q.dim, " but K has ", k.dim, "; the dot product needs them equal"});
  require(q.dim > 0, {"Q and K have dim 0; a dot product needs at least 1"});
  require(k.heads > 0 && q.heads % k.heads == 0,
          {"Q has ", q.heads, " heads, which is not a multiple of K's ", k.heads});
}

/// Whether a number is finite once it is rounded to Scalar. The conversion itself is undefined for other numbers.
template <typename Scalar>
bool is_within(double number) {
  return std::abs(number) <= static_cast<double>(std::numeric_limits<Scalar>::max());
}

template <typename Scalar>
double scale_of(const AttentionOptions<Scalar>& options, Index dim) {
  return options.scale.value_or(1 / std::sqrt(static_cast<double>(dim))) / options.temperature;
}

/// `full` is (batch, heads, queries, keys), `dim` that of Q.
template <typename Scalar>
void check_options(const AttentionOptions<Scalar>& options, const Shape& full, Index dim) {
  if (options.scale) require(std::isfinite(*options.scale), {"scale is ", *options.scale, "; it must be finite"});
  require(std::isfinite(options.temperature) && options.temperature > 0,
          {"temperature is ", options.temperature, "; it must be finite and above 0"});
  require(std::isfinite(options.softcap) && options.softcap >= 0,
          {"softcap is ", options.softcap, "; it must be finite and at least 0 (0 turns it off)"});
  // What is computed with is narrower than what was given.
  using Limits = std::numeric_limits<Scalar>;
  const double scale = scale_of(options, dim);
  require(is_within<Scalar>(scale),
          {"scale / temperature is ", scale, "; it must be within ±", static_cast<double>(Limits::max())});
  require(options.softcap == 0 || (is_within<Scalar>(options.softcap) && static_cast<Scalar>(options.softcap) > 0),
          {"softcap is ", options.softcap, "; it must be 0 or from ", static_cast<double>(Limits::denorm_min()), " to ",
           static_cast<double>(Limits::max())});
  require(options.query_offset >= -kLargestOffset && options.query_offset <= kLargestOffset,
          {"query offset is ", options.query_offset, "; it must be within ±", kLargestOffset});
  for (const auto& [side, width] : {std::pair{"left", options.window_left}, std::pair{"right", options.window_right}})
    if (width)
      require(*width >= 0 && *width <= kLargestOffset,
              {"window ", side, " is ", *width, "; it must be from 0 to ", kLargestOffset});
  require(options.threads >= 0, {"threads is ", options.threads, "; it must be at least 0 (0: one a processor)"});
  if (options.mask.is_given()) check_broadcast<std::uint8_t>("mask", options.mask, full);
  if (options.bias.is_given()) check_broadcast<Scalar>("bias", options.bias, full);
  if (!options.key_lengths.empty()) {
    require(static_cast<Index>(options.key_lengths.size()) == full.batch,
            {"there are ", static_cast<Index>(options.key_lengths.size()), " key lengths but batch is ", full.batch});
    for (Index b = 0; b < full.batch; ++b) {
      const Index length = options.key_lengths[static_cast<std::size_t>(b)];
      require(length >= 0 && length <= full.dim, {"key length ", b, " is ", length, " but K has ", full.dim, " rows"});
    }
  }
}

template <typename Element, typename Broadcast>
Broadcast broadcast(const TensorView<Element>& tensor, Index b, Index h) {
  if (tensor.data == nullptr) return {};
  const Shape& shape = tensor.shape;
  return {tensor.head(shape.batch == 1 ? 0 : b, shape.heads == 1 ? 0 : h), shape.length == 1 ? 0 : shape.dim,
          shape.dim == 1 ? 0 : 1};
}

/// One head of a checked call. `value` is null where only weights are asked for.
template <typename Scalar>
AttentionHead<Scalar> resolve_head(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                   const TensorView<Scalar>* value, const AttentionOptions<Scalar>& options, Index b,
                                   Index h) {
  const Index kv_head = h / (query.shape.heads / key.shape.heads);
  AttentionHead<Scalar> head;
  head.query = query.head(b, h);
  head.key = key.head(b, kv_head);
  if (value != nullptr) {
    head.value = value->head(b, kv_head);
    head.value_dim = value->shape.dim;
  }
  head.queries = query.shape.length;
  head.keys = key.shape.length;
  head.dim = query.shape.dim;
  head.scale = static_cast<Scalar>(scale_of(options, query.shape.dim));
  head.softcap = static_cast<Scalar>(options.softcap);
  head.visibility = {.keys = options.key_lengths.empty() ? head.keys : options.key_lengths[static_cast<std::size_t>(b)],
                     .causal = options.causal,
                     .left = options.window_left,
                     .right = options.window_right,
                     .offset = options.query_offset};
  head.mask = broadcast<std::uint8_t, decltype(head.mask)>(options.mask, b, h);
  head.bias = broadcast<Scalar, decltype(head.bias)>(options.bias, b, h);
  return head;
}

/// A thread is started for no less than this many multiplications, a tenth of a millisecond or so.
constexpr double kLeastWork = 2e6;
/// A multiple of the rows that both ways take together, so that results do not depend on the number of threads.
constexpr Index kQueriesPerUnit = 128;

Index threads_for(Index asked, const Shape& full, Index dims) {
  const double work = full.elements() * static_cast<double>(dims);
  const Index most = asked == 0 ? processors() : asked;
  return static_cast<Index>(std::clamp(work / kLeastWork, 1.0, static_cast<double>(most)));
}

}  // namespace

template <typename Scalar>
AttentionResult<Scalar> attention(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                  const TensorView<Scalar>& value, const AttentionOptions<Scalar>& options) {
  const Shape& q = query.shape;
  const Shape& k = key.shape;
  const Shape& v = value.shape;
  check_query_and_key(query, key);
  (void)v.size();
  require(k.batch == v.batch, {"K has batch ", k.batch, " but V has ", v.batch});
  require(k.heads == v.heads, {"K has ", k.heads, " heads but V has ", v.heads});
  require(k.length == v.length, {"K has ", k.length, " rows but V has ", v.length});
  const Shape full{q.batch, q.heads, q.length, k.length};
  check_options(options, full, q.dim);

  const Shape per_query{q.batch, q.heads, q.length, 1};
  AttentionResult<Scalar> result;
  const bool keeps_logits = options.weights && options.logits;
  if (options.weights) result.weights = Tensor<Scalar>(full, "the weights");
  if (keeps_logits) result.logits = Tensor<Scalar>(full, "the logits");
  result.output = Tensor<Scalar>({q.batch, q.heads, q.length, v.dim}, "the output");
  result.log_sum_exp = Tensor<Scalar>(per_query, "the log-sum-exp");
  result.entropy = Tensor<Scalar>(per_query, "the entropy");
  result.visible_keys = Tensor<Scalar>(per_query, "the visible keys");

  // The last queries first: under a causal mask they take longest, and threads then end together.
  const Index blocks = blocks_of(q.length, kQueriesPerUnit);
  parallel_for(checked_product("the work", {q.batch, q.heads, blocks}),
               threads_for(options.threads, full, q.dim + v.dim), [&](Index unit) {
                 const Index b = unit / blocks / q.heads;
                 const Index h = unit / blocks % q.heads;
                 const Index first = (blocks - 1 - unit % blocks) * kQueriesPerUnit;
                 const QueryRange queries{first, std::min(kQueriesPerUnit, q.length - first)};
                 const AttentionHead<Scalar> head = resolve_head(query, key, &value, options, b, h);
                 const AttentionHeadResult<Scalar> part{
                     .output = result.output.head(b, h),
                     .log_sum_exp = result.log_sum_exp.head(b, h),
                     .entropy = result.entropy.head(b, h),
                     .visible_keys = result.visible_keys.head(b, h),
                     .weights = options.weights ? result.weights.head(b, h) : nullptr,
                     .logits = keeps_logits ? result.logits.head(b, h) : nullptr};
                 if (options.weights) {
                   attention_explicit(head, part, queries);
                 } else {
                   attention_streaming(head, part, queries);
                 }
               });
  return result;
}

template <typename Scalar>
AttentionHead<Scalar> resolve_head(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                   const AttentionOptions<Scalar>& options, Index b, Index h) {
  check_query_and_key(query, key);
  const Shape& q = query.shape;
  check_options(options, {q.batch, q.heads, q.length, key.shape.length}, q.dim);
  require(b >= 0 && b < q.batch && h >= 0 && h < q.heads, {"there is no head (", b, ", ", h, ") in Q of shape ", q});
  return resolve_head<Scalar>(query, key, nullptr, options, b, h);
}

void check_part(const char* what, const Shape& query, Index keys, const Shape& log_sum_exp, Index row, Index rows,
                Index column, Index columns) {
  const Shape per_query{query.batch, query.heads, query.length, 1};
  require(log_sum_exp == per_query, {"the log-sum-exp has shape ", log_sum_exp, " but Q asks for ", per_query});
  const auto within = [](Index first, Index count, Index all) {
    return first >= 0 && count >= 0 && first <= all && count <= all - first;
  };
  require(within(row, rows, query.length) && within(column, columns, keys),
          {what, " of ", rows, " × ", columns, " weights at (", row, ", ", column, ") does not lie within ",
           query.length, " queries × ", keys, " keys"});
}

template <typename Scalar>
Tensor<Scalar> attention_weights(const TensorView<Scalar>& query, const TensorView<Scalar>& key,
                                 const TensorView<Scalar>& log_sum_exp, const WeightsBlock& block,
                                 const AttentionOptions<Scalar>& options) {
  const AttentionHead<Scalar> head = resolve_head(query, key, options, block.batch, block.head);
  check_part("the block", query.shape, head.keys, log_sum_exp.shape, block.row, block.rows, block.column,
             block.columns);
  Tensor<Scalar> weights({1, 1, block.rows, block.columns}, "the block of weights");
  attention_weights_of_head(head, log_sum_exp.head(block.batch, block.head), block, weights.data.data());
  return weights;
}

#define HEED_INSTANTIATE(Scalar)                                                                          \
  template AttentionResult<Scalar> attention(const TensorView<Scalar>&, const TensorView<Scalar>&,        \
                                             const TensorView<Scalar>&, const AttentionOptions<Scalar>&); \
  template Tensor<Scalar> attention_weights(const TensorView<Scalar>&, const TensorView<Scalar>&,         \
                                            const TensorView<Scalar>&, const WeightsBlock&,               \
                                            const AttentionOptions<Scalar>&);                             \
  template AttentionHead<Scalar> resolve_head(const TensorView<Scalar>&, const TensorView<Scalar>&,       \
                                              const AttentionOptions<Scalar>&, Index, Index);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
