#include "heed/model/layers/disentangled_positions.h"

#include <algorithm>
#include <utility>

#include "heed/model/layers/detail/position_bias.h"

namespace heed {

DisentangledPositions::DisentangledPositions(const DisentangledConfig& config, Index width, ParameterLoader& loader)
    : config_(config),
      width_(width),
      table_(loader.table(config.table, 2 * config.span, width)),
      norm_(load_norm(config.norm, width, loader)) {
  if (config.position_key) key_.emplace(*config.position_key, loader);
  if (config.position_query) query_.emplace(*config.position_query, loader);
}

DisentangledPositions::Projected DisentangledPositions::project(ThreadPool* pool) const {
  const Index rows = 2 * config_.span;
  Tensor<float> numbers({1, 1, rows, width_}, "the relative positions");
  const MatrixView<float> table = matrix(numbers);
  for (Index i = 0; i < rows; ++i) table_->row(i, {table.row(i), static_cast<std::size_t>(width_)});
  const MatrixView<const float> all{table.data, rows, width_, width_};
  if (norm_) norm_->apply(all, table);
  const auto project = [&](const std::optional<Linear>& linear) {
    Tensor<float> result({1, 1, rows, linear ? linear->outputs() : 0}, "the projected positions");
    if (linear) linear->apply(all, matrix(result), pool);
    return std::move(result.data);
  };
  return {project(key_), project(query_)};
}

void DisentangledPositions::bias(const Projected& projected, Index head, const MatrixView<const float>& query,
                                 Index first, const MatrixView<const float>& key, float scale,
                                 const MatrixView<float>& bias) const {
  const Index rows = 2 * config_.span;
  for (Index i = 0; i < bias.rows; ++i) std::fill_n(bias.row(i), bias.columns, 0.0F);
  // Products of all of `content` with all relative positions, of which each pair takes one.
  const auto products = [&](const MatrixView<const float>& content, const std::vector<float>& positions) {
    const Index columns = static_cast<Index>(positions.size()) / rows;
    Tensor<float> result({1, 1, content.rows, rows}, "the products with positions");
    multiply_transposed<float>(content, {positions.data() + head * content.columns, rows, content.columns, columns},
                               matrix(result));
    return std::move(result.data);
  };
  std::vector<Index> row_of;  // of distance i − j, from the least on
  for (Index distance = first - key.rows + 1; distance < first + query.rows; ++distance)
    row_of.push_back(disentangled_row(config_, distance));
  const auto row = [&](Index i, Index j) { return row_of[static_cast<std::size_t>(i - j + key.rows - 1)]; };
  if (key_) {
    const std::vector<float> of_queries = products(query, projected.keys);
    for (Index i = 0; i < bias.rows; ++i)
      for (Index j = 0; j < bias.columns; ++j)
        bias.row(i)[j] += scale * of_queries[static_cast<std::size_t>(i * rows + row(i, j))];
  }
  if (query_) {
    const std::vector<float> of_keys = products(key, projected.queries);
    for (Index i = 0; i < bias.rows; ++i)
      for (Index j = 0; j < bias.columns; ++j)
        bias.row(i)[j] += scale * of_keys[static_cast<std::size_t>(j * rows + row(i, j))];
  }
}

}  // namespace heed
