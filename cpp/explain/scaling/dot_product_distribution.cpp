#include "explain/scaling/dot_product_distribution.h"

#include <cmath>
#include <numbers>

namespace heed::explain {
namespace {

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

std::vector<double> differences(const std::vector<double>& cdf) {
  std::vector<double> shares;
  for (std::size_t i = 1; i < cdf.size(); ++i) shares.push_back(cdf[i] - cdf[i - 1]);
  return shares;
}

}  // namespace

std::vector<double> dot_product_shares(Index dim, std::span<const double> edges) {
  require(dim >= 1, {"d_k is ", dim, "; it must be at least 1"});
  const double half = static_cast<double>(dim) / 2;
  const double step = std::sqrt(1 / half) / 8;  // an eighth of the deviation of u for large d
  std::vector<double> cdf(edges.size());
  double total = 0;
  const auto add = [&](double u) {
    const double weight = std::exp(half * (u - std::expm1(u)));
    const double spread = std::exp(-u / 2);
    for (std::size_t i = 0; i < edges.size(); ++i) cdf[i] += weight * normal_cdf(edges[i] * spread);
    total += weight;
    return weight > 1e-17;
  };
  add(0);
  for (int k = 1; add(k * step);) ++k;
  for (int k = 1; add(-k * step);) ++k;
  for (double& share : cdf) share /= total;
  return differences(cdf);
}

std::vector<double> normal_shares(std::span<const double> edges) {
  std::vector<double> cdf;
  for (const double edge : edges) cdf.push_back(normal_cdf(edge));
  return differences(cdf);
}

}  // namespace heed::explain
