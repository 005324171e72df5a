#include "heed/attention/detail/attention_call.h"

#include <limits>

#include "heed/threads/parallel.h"
#include "heed/threads/thread_pool.h"

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

/// Whether a number is finite once it is rounded to Scalar. The conversion itself is undefined for other numbers.
template <typename Scalar>
bool is_within(double number) {
  return std::abs(number) <= static_cast<double>(std::numeric_limits<Scalar>::max());
}

/// A thread is started for no less than this many multiplications, a tenth of a millisecond or so.
constexpr double kLeastWork = 2e6;
/// One that waits in a pool is woken for less, some microseconds.
constexpr double kLeastWorkOfPool = 2e5;

}  // namespace

void check_query_and_key(const Shape& q, const Shape& k) {
  (void)q.size();
  (void)k.size();
  require(q.batch == k.batch, {"Q has batch ", q.batch, " but K has ", k.batch});
  require(q.dim == k.dim, {"Q has dim ", q.dim, " but K has ", k.dim, "; the dot product needs them equal"});
  require(q.dim > 0, {"Q and K have dim 0; a dot product needs at least 1"});
  require(k.heads > 0 && q.heads % k.heads == 0,
          {"Q has ", q.heads, " heads, which is not a multiple of K's ", k.heads});
}

template <typename Scalar>
void check_options(const AttentionOptions<Scalar>& options, const Shape& full, Index dim) {
  if (options.scale) require(std::isfinite(*options.scale), {"scale is ", *options.scale, "; it must be finite"});
  require(std::isfinite(options.temperature) && options.temperature > 0,
          {"temperature is ", options.temperature, "; it must be finite and above 0"});
  require(std::isfinite(options.softcap) && options.softcap >= 0,
          {"softcap is ", options.softcap, "; it must be finite and at least 0 (0 turns it off)"});
  // What is computed with is narrower than what was given.
  using Limits = std::numeric_limits<Scalar>;
  const double scale = logit_scale(options, dim);
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

template <typename Scalar>
Shape check_call(const Shape& q, const Shape& k, const Shape& v, const AttentionOptions<Scalar>& options) {
  check_query_and_key(q, k);
  (void)v.size();
  require(k.batch == v.batch, {"K has batch ", k.batch, " but V has ", v.batch});
  require(k.heads == v.heads, {"K has ", k.heads, " heads but V has ", v.heads});
  require(k.length == v.length, {"K has ", k.length, " rows but V has ", v.length});
  const Shape full{q.batch, q.heads, q.length, k.length};
  check_options(options, full, q.dim);
  return full;
}

template <typename Scalar>
void share_out(const AttentionOptions<Scalar>& options, Index count, double work,
               const std::function<void(Index)>& body) {
  if (options.pool != nullptr && work >= 2 * kLeastWorkOfPool) return options.pool->run(count, body);
  const Index asked = options.pool != nullptr ? 1 : options.threads;
  const Index most = asked == 0 ? processors() : asked;
  parallel_for(count, static_cast<Index>(std::clamp(work / kLeastWork, 1.0, static_cast<double>(most))), body);
}

#define HEED_INSTANTIATE(Scalar)                                                                        \
  template void check_options(const AttentionOptions<Scalar>&, const Shape&, Index);                    \
  template Shape check_call(const Shape&, const Shape&, const Shape&, const AttentionOptions<Scalar>&); \
  template void share_out(const AttentionOptions<Scalar>&, Index, double, const std::function<void(Index)>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
