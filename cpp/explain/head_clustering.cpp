#include "explain/head_clustering.h"

#include <algorithm>

namespace heed::explain {
namespace {

struct Group {
  Index number = 0;
  std::vector<Index> members;  ///< in their order
};

template <typename Scalar>
class Distances {
 public:
  explicit Distances(const TensorView<Scalar>& distances) : data_(distances.data), count_(distances.shape.length) {}

  double operator()(Index a, Index b) const { return static_cast<double>(data_[a * count_ + b]); }

  double operator()(const Group& a, const Group& b) const {
    double sum = 0;
    for (const Index i : a.members)
      for (const Index j : b.members) sum += (*this)(i, j);
    return sum / static_cast<double>(a.members.size() * b.members.size());
  }

 private:
  const Scalar* data_;
  Index count_;
};

/// Reverses groups so that their nearest ends are adjacent, where one stays to the left of the other.
template <typename Scalar>
void bring_nearest_ends_together(std::vector<Index>& left, std::vector<Index>& right,
                                 const Distances<Scalar>& distance) {
  const double ends[] = {distance(left.back(), right.front()), distance(left.back(), right.back()),
                         distance(left.front(), right.front()), distance(left.front(), right.back())};
  const Index nearest = std::min_element(std::begin(ends), std::end(ends)) - std::begin(ends);
  if (nearest >= 2) std::reverse(left.begin(), left.end());
  if (nearest % 2 == 1) std::reverse(right.begin(), right.end());
}

/// A group that was reversed as a part of a larger one has its left and right the other way round.
void put_left_first(std::vector<Merge>& merges, const std::vector<Index>& order) {
  const Index count = static_cast<Index>(order.size());
  std::vector<Index> first(static_cast<std::size_t>(count) +
                           merges.size());  // the place in `order` where a group begins
  for (Index place = 0; place < count; ++place)
    first[static_cast<std::size_t>(order[static_cast<std::size_t>(place)])] = place;
  for (std::size_t k = 0; k < merges.size(); ++k) {
    auto& [left, right, distance] = merges[k];
    if (first[static_cast<std::size_t>(left)] > first[static_cast<std::size_t>(right)]) std::swap(left, right);
    first[static_cast<std::size_t>(count) + k] = first[static_cast<std::size_t>(left)];
  }
}

}  // namespace

template <typename Scalar>
Clustering cluster_by_distance(const TensorView<Scalar>& distances) {
  const auto [batch, heads, count, columns] = distances.shape;
  require(batch == 1 && heads == 1 && count == columns,
          {"the distances have shape ", distances.shape, "; they must be (1, 1, n, n)"});
  (void)distances.shape.size();
  const Distances distance(distances);
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j < i; ++j)
      require(distance(i, j) == distance(j, i), {"the distance from ", i, " to ", j, " is ", distance(i, j),
                                                 " but that from ", j, " to ", i, " is ", distance(j, i)});
  std::vector<Group> groups;
  for (Index i = 0; i < count; ++i) groups.push_back({i, {i}});

  Clustering clustering;
  while (groups.size() > 1) {
    std::size_t a = 0, b = 1;
    double least = distance(groups[a], groups[b]);
    for (std::size_t i = 0; i < groups.size(); ++i)
      for (std::size_t j = i + 1; j < groups.size(); ++j) {
        const double apart = distance(groups[i], groups[j]);
        if (apart < least) {
          least = apart;
          a = i;
          b = j;
        }
      }
    auto& left = groups[a].members;
    auto& right = groups[b].members;
    bring_nearest_ends_together(left, right, distance);
    left.insert(left.end(), right.begin(), right.end());
    clustering.merges.push_back({groups[a].number, groups[b].number, least});
    groups[a].number = count + static_cast<Index>(clustering.merges.size()) - 1;
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(b));
  }
  if (count > 0) clustering.order = std::move(groups.front().members);
  put_left_first(clustering.merges, clustering.order);
  return clustering;
}

template Clustering cluster_by_distance(const TensorView<float>&);
template Clustering cluster_by_distance(const TensorView<double>&);

}  // namespace heed::explain
