#include "heed/nn/rotary.h"

#include <cmath>

namespace heed {

template <typename Scalar>
void rotate_positions(Tensor<Scalar>& x, double base, int direction) {
  const auto [batch, heads, length, dim] = x.shape;
  require(dim % 2 == 0, {"rotary positions turn pairs of components, but the heads have ", dim});
  std::vector<Scalar> cosines;
  std::vector<Scalar> sines;
  for (Index p = 0; p < length; ++p)
    for (Index i = 0; i < dim; i += 2) {
      const double angle =
          static_cast<double>(p) * std::pow(base, -static_cast<double>(i) / static_cast<double>(dim)) * direction;
      cosines.push_back(static_cast<Scalar>(std::cos(angle)));
      sines.push_back(static_cast<Scalar>(std::sin(angle)));
    }
  for (Index head = 0; head < batch * heads; ++head) {
    Scalar* pair = x.data.data() + head * length * dim;
    for (std::size_t i = 0; i < cosines.size(); ++i, pair += 2) {
      const Scalar even = pair[0];
      const Scalar odd = pair[1];
      pair[0] = even * cosines[i] - odd * sines[i];
      pair[1] = even * sines[i] + odd * cosines[i];
    }
  }
}

template void rotate_positions(Tensor<float>&, double, int);
template void rotate_positions(Tensor<double>&, double, int);

}  // namespace heed
