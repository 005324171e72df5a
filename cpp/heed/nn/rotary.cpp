#include "heed/nn/rotary.h"

#include <cmath>

namespace heed {

template <typename Scalar>
RotaryAngles<Scalar>::RotaryAngles(Index length, Index dim_, double base) : dim(dim_) {
  require(dim % 2 == 0, {"rotary positions turn pairs of components, but the heads have ", dim});
  for (Index p = 0; p < length; ++p)
    for (Index i = 0; i < dim; i += 2) {
      const double angle = static_cast<double>(p) * std::pow(base, -static_cast<double>(i) / static_cast<double>(dim));
      cosines.push_back(static_cast<Scalar>(std::cos(angle)));
      sines.push_back(static_cast<Scalar>(std::sin(angle)));
    }
}

template <typename Scalar>
void rotate_positions(Tensor<Scalar>& x, const RotaryAngles<Scalar>& angles, int direction) {
  const auto [batch, heads, length, dim] = x.shape;
  const std::size_t pairs = static_cast<std::size_t>(length * dim / 2);
  require(dim == angles.dim && pairs <= angles.cosines.size(),
          {"there are angles for ", static_cast<Index>(2 * angles.cosines.size()), " components, ", angles.dim,
           " a position, but the heads are ", length, " × ", dim});
  const Scalar sign = static_cast<Scalar>(direction);
  for (Index head = 0; head < batch * heads; ++head) {
    Scalar* pair = x.data.data() + head * length * dim;
    for (std::size_t i = 0; i < pairs; ++i, pair += 2) {
      const Scalar cosine = angles.cosines[i];
      const Scalar sine = sign * angles.sines[i];
      const Scalar even = pair[0];
      const Scalar odd = pair[1];
      pair[0] = even * cosine - odd * sine;
      pair[1] = even * sine + odd * cosine;
    }
  }
}

#define HEED_INSTANTIATE(Scalar)        \
  template struct RotaryAngles<Scalar>; \
  template void rotate_positions(Tensor<Scalar>&, const RotaryAngles<Scalar>&, int);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
