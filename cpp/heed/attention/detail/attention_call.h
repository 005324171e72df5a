#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "heed/attention/detail/attention_head.h"

namespace heed {

// What the forms of `attention` share: they check a call, resolve its heads and give them to threads.

/// Throws std::invalid_argument where Q and K do not fit each other.
void check_query_and_key(const Shape& q, const Shape& k);

/// Throws std::invalid_argument that names the option. `full` is (batch, heads, queries, keys), `dim` that of Q.
template <typename Scalar>
void check_options(const AttentionOptions<Scalar>& options, const Shape& full, Index dim);

/// (batch, heads, queries, keys). Throws std::invalid_argument where shapes or options do not fit.
template <typename Scalar>
[[nodiscard]] Shape check_call(const Shape& q, const Shape& k, const Shape& v, const AttentionOptions<Scalar>& options);

/// Calls body(i) for every i in [0, count), on the caller's pool or else on threads of its own, as many as `work` multiplications
/// are worth.
template <typename Scalar>
void share_out(const AttentionOptions<Scalar>& options, Index count, double work,
               const std::function<void(Index)>& body);

template <typename Scalar>
double logit_scale(const AttentionOptions<Scalar>& options, Index dim) {
  return options.scale.value_or(1 / std::sqrt(static_cast<double>(dim))) / options.temperature;
}

template <typename Element, typename Broadcast>
Broadcast broadcast_head(const TensorView<Element>& tensor, Index b, Index h) {
  if (tensor.data == nullptr) return {};
  const Shape& shape = tensor.shape;
  return {tensor.head(shape.batch == 1 ? 0 : b, shape.heads == 1 ? 0 : h), shape.length == 1 ? 0 : shape.dim,
          shape.dim == 1 ? 0 : 1};
}

/// One head of a checked call, of views with contiguous heads. `value` is null where only weights are asked for.
template <typename Scalar, typename View>
AttentionHead<Scalar> resolve_checked_head(const View& query, const View& key, const View* value,
                                           const AttentionOptions<Scalar>& options, Index b, Index h) {
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
  head.scale = static_cast<Scalar>(logit_scale(options, query.shape.dim));
  head.softcap = static_cast<Scalar>(options.softcap);
  head.visibility = {.keys = options.key_lengths.empty() ? head.keys : options.key_lengths[static_cast<std::size_t>(b)],
                     .causal = options.causal,
                     .left = options.window_left,
                     .right = options.window_right,
                     .offset = options.query_offset};
  head.mask = broadcast_head<std::uint8_t, decltype(head.mask)>(options.mask, b, h);
  head.bias = broadcast_head<Scalar, decltype(head.bias)>(options.bias, b, h);
  return head;
}

/// A multiple of the rows that both ways take together, so that results do not depend on the number of threads.
inline constexpr Index kQueriesPerUnit = 128;

/// A checked call. `places_of(b, h)` says where the results of a head go.
template <typename Scalar, typename View, typename Places>
void attend_heads(const View& query, const View& key, const View& value, const AttentionOptions<Scalar>& options,
                  const Places& places_of) {
  const Shape& q = query.shape;
  const Shape full{q.batch, q.heads, q.length, key.shape.length};
  // The last queries first: under a causal mask they take longest, and threads then end together.
  const Index blocks = blocks_of(q.length, kQueriesPerUnit);
  const double work = full.elements() * static_cast<double>(q.dim + value.shape.dim);
  share_out(options, checked_product("the work", {q.batch, q.heads, blocks}), work, [&](Index unit) {
    const Index b = unit / blocks / q.heads;
    const Index h = unit / blocks % q.heads;
    const Index first = (blocks - 1 - unit % blocks) * kQueriesPerUnit;
    const QueryRange queries{first, std::min(kQueriesPerUnit, q.length - first)};
    const AttentionHead<Scalar> head = resolve_checked_head(query, key, &value, options, b, h);
    if (options.weights) {
      attention_explicit(head, places_of(b, h), queries);
    } else {
      attention_streaming(head, places_of(b, h), queries);
    }
  });
}

}  // namespace heed
