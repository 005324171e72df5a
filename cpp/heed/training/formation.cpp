#include "heed/training/formation.h"

#include <cmath>
#include <vector>

namespace heed {
namespace {

/// Half of all attention: more than everything else together.
constexpr double kFormed = 0.5;
constexpr double kUnformed = 0.25;

}  // namespace

std::optional<Rise> rise_of(std::span<const double> steps, std::span<const double> scores) {
  require(steps.size() == scores.size(), {"there are ", static_cast<Index>(steps.size()), " steps but ",
                                          static_cast<Index>(scores.size()), " scores"});
  if (scores.empty()) return {};
  std::vector<double> score(scores.begin(), scores.end());
  for (std::size_t i = 0; i < score.size(); ++i)
    if (!std::isfinite(score[i])) score[i] = i == 0 ? 0 : score[i - 1];
  std::size_t low = 0;
  std::size_t high = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (score[i] < score[low] && score[high] < kFormed) low = high = i;
    if (score[i] > score[high]) high = i;
  }
  if (score[low] > kUnformed || score[high] < kFormed) return {};
  const auto done = [&](std::size_t i) { return (score[i] - score[low]) / (score[high] - score[low]); };
  std::size_t middle = low;
  while (done(middle) < 0.5) ++middle;
  std::size_t begin = middle;
  while (begin > low && done(begin) > 0.1) --begin;
  std::size_t end = middle;
  while (done(end) < 0.9) ++end;
  return Rise{steps[middle], steps[begin], steps[end], score[begin], score[end]};
}

}  // namespace heed
