#include "heed/model/layers/embedding_layer.h"

#include <algorithm>
#include <cmath>

#include "heed/model/layers/detail/resize_grid.h"

namespace heed {
namespace {

void add_row(const LinearWeights& table, Index row, float* to, std::vector<float>& workspace) {
  table.row(row, workspace);
  for (std::size_t c = 0; c < workspace.size(); ++c) to[c] += workspace[c];
}

/// Component c of the sinusoidal position p: sin(p / 10000^(2c/width)) in the first half, the cosines in the second.
float sinusoid(Index position, Index component, Index width) {
  const Index sines = (width + 1) / 2;
  const Index pair = component < sines ? component : component - sines;
  const double angle =
      static_cast<double>(position) * std::pow(10000.0, -2.0 * static_cast<double>(pair) / static_cast<double>(width));
  return static_cast<float>(component < sines ? std::sin(angle) : std::cos(angle));
}

}  // namespace

EmbeddingLayer::EmbeddingLayer(const StackConfig& stack, Index vocabulary, std::optional<Index> padding_token,
                               ParameterLoader& loader)
    : config_(stack.embedding), width_(stack.width), vocabulary_(vocabulary), padding_token_(padding_token) {
  const EmbeddingConfig& c = config_;
  if (!c.tokens.empty()) tokens_ = loader.table(c.tokens, vocabulary, c.width);
  if (c.positions.kind == PositionTableConfig::Kind::kLearned)
    positions_ = loader.table(c.positions.table, c.positions.rows, c.projection_first ? width_ : c.width);
  if (!c.token_types.empty()) types_ = loader.table(c.token_types, c.types, c.width);
  norm_ = load_norm(c.norm, c.projection_first ? width_ : c.width, loader);
  if (c.projection) projection_.emplace(*c.projection, loader);
  if (c.patches) {
    const PatchConfig& p = *c.patches;
    patches_.emplace(LinearConfig{.weight = p.weight, .bias = p.bias, .inputs = p.inputs(), .outputs = width_}, loader);
    class_token_ = loader.vector(p.class_token, width_);
  }
}

void EmbeddingLayer::add_positions(const Tokens& tokens, const MatrixView<float>& x) const {
  const PositionTableConfig& c = config_.positions;
  if (c.kind == PositionTableConfig::Kind::kNone) return;
  std::vector<float> workspace(static_cast<std::size_t>(x.columns));
  Index counted = tokens.first_position;
  if (c.counting == PositionCounting::kVisible && !tokens.attention_mask.empty())
    counted -= std::ranges::count(tokens.attention_mask.first(static_cast<std::size_t>(counted)), std::uint8_t{0});
  for (Index i = 0; i < x.rows; ++i) {
    const auto at = static_cast<std::size_t>(tokens.first_position + i);
    bool counts = true;
    if (c.counting == PositionCounting::kVisible)
      counts = tokens.attention_mask.empty() || tokens.attention_mask[at] != 0;
    if (c.counting == PositionCounting::kNotPadding && !tokens.ids.empty())
      counts = tokens.ids[static_cast<std::size_t>(i)] != padding_token_;
    const Index row = c.offset + (counts ? counted++ : -1);
    if (c.kind == PositionTableConfig::Kind::kSinusoidal) {
      for (Index k = 0; k < x.columns; ++k) x.row(i)[k] += sinusoid(row, k, x.columns);
      continue;
    }
    require(row < c.rows, {"position ", tokens.first_position + i, " needs row ", row,
                           " of the table of positions, which has ", c.rows});
    add_row(*positions_, row, x.row(i), workspace);
  }
}

void EmbeddingLayer::add_positions_of_patches(Index rows, Index columns, const MatrixView<float>& x) const {
  const PatchConfig& c = *config_.patches;
  const GridSize patches{rows, columns};
  const GridSize of_table{c.image_height / c.patch_height, c.image_width / c.patch_width};
  if (patches == of_table) return add_positions(Tokens{}, x);
  Tensor<float> table({1, 1, config_.positions.rows, x.columns}, "the table of positions");
  for (Index i = 0; i < table.shape.length; ++i)
    positions_->row(i, {matrix(table).row(i), static_cast<std::size_t>(x.columns)});
  Tensor<float> resized({1, 1, x.rows, x.columns}, "the positions of the patches");
  std::copy_n(table.data.begin(), x.columns, resized.data.begin());  // the class token's
  resize_grid(matrix(table).middle_rows(1, of_table.rows * of_table.columns), of_table,
              matrix(resized).middle_rows(1, rows * columns), patches);
  for (std::size_t i = 0; i < resized.data.size(); ++i) x.data[i] += resized.data[i];
}

void EmbeddingLayer::add_types(const Tokens& tokens, const MatrixView<float>& x) const {
  if (types_ == nullptr) {
    // Tokenizers give the type 0 to all tokens, whatever the model.
    for (std::size_t i = 0; i < tokens.types.size(); ++i)
      require(tokens.types[i] == 0, {"token type ", static_cast<Index>(i), " is ", tokens.types[i],
                                     "; the model's tokens have no types, which only 0 says"});
    return;
  }
  std::vector<float> workspace(static_cast<std::size_t>(x.columns));
  for (Index i = 0; i < x.rows; ++i) {
    const Index type = tokens.types.empty() ? 0 : tokens.types[static_cast<std::size_t>(i)];
    require(type >= 0 && type < config_.types,
            {"token type ", i, " is ", type, "; the model has ", config_.types, " token types"});
    add_row(*types_, type, x.row(i), workspace);
  }
}

Tensor<float> EmbeddingLayer::embed(const Tokens& tokens, ThreadPool* pool) const {
  const auto length = static_cast<Index>(tokens.ids.size());
  Tensor<float> embedded({1, 1, length, config_.width}, "the embeddings");
  const MatrixView<float> x = matrix(embedded);
  for (Index i = 0; i < length; ++i) {
    const Index id = tokens.ids[static_cast<std::size_t>(i)];
    require(id >= 0 && id < vocabulary_,
            {"token ", i, " has the id ", id, "; the vocabulary's are 0 to ", vocabulary_ - 1});
    tokens_->row(id, {x.row(i), static_cast<std::size_t>(config_.width)});
    if (config_.scale != 1)
      for (Index c = 0; c < config_.width; ++c) x.row(i)[c] *= static_cast<float>(config_.scale);
  }
  const auto project = [&](Tensor<float>& from) {
    Tensor<float> to({1, 1, length, width_}, "the embeddings");
    projection_->apply(matrix(from), matrix(to), pool);
    return to;
  };
  if (projection_ && config_.projection_first) embedded = project(embedded);
  add_positions(tokens, matrix(embedded));
  add_types(tokens, matrix(embedded));
  if (norm_) norm_->apply(matrix(embedded), matrix(embedded));
  if (config_.hidden_tokens_are_zero && !tokens.attention_mask.empty())
    for (Index i = 0; i < length; ++i)
      if (tokens.attention_mask[static_cast<std::size_t>(i)] == 0)
        std::fill_n(matrix(embedded).row(i), embedded.shape.dim, 0.0F);
  if (projection_ && !config_.projection_first) embedded = project(embedded);
  return embedded;
}

Tensor<float> EmbeddingLayer::embed(const TensorView<float>& pixels, ThreadPool* pool) const {
  const PatchConfig& c = *config_.patches;
  const auto [batch, channels, height, width] = pixels.shape;
  const Shape wanted{1, c.channels, c.image_height, c.image_width};
  if (c.any_size)
    require(pixels.data != nullptr && batch == 1 && channels == c.channels && height >= c.patch_height &&
                width >= c.patch_width,
            {"the pixels have shape ", pixels.shape, "; the model takes ", wanted, ", or other heights from ",
             c.patch_height, " and widths from ", c.patch_width, " on"});
  else
    require(pixels.data != nullptr && pixels.shape == wanted,
            {"the pixels have shape ", pixels.shape, "; the model takes ", wanted});
  const Index down = height / c.patch_height;
  const Index across = width / c.patch_width;
  const Index size = c.inputs();
  Tensor<float> patches({1, down, across, size}, "the patches");
  float* next = patches.data.data();
  for (Index row = 0; row < down; ++row)
    for (Index column = 0; column < across; ++column)
      for (Index channel = 0; channel < c.channels; ++channel)
        for (Index y = 0; y < c.patch_height; ++y)
          next = std::copy_n(pixels.head(0, channel) + (row * c.patch_height + y) * width + column * c.patch_width,
                             c.patch_width, next);
  Tensor<float> embedded({1, 1, 1 + down * across, width_}, "the embeddings");
  const MatrixView<float> x = matrix(embedded);
  std::ranges::copy(class_token_, x.data);
  patches_->apply({patches.data.data(), down * across, size, size}, x.middle_rows(1, down * across), pool);
  add_positions_of_patches(down, across, x);
  if (norm_) norm_->apply(x, x);
  return embedded;
}

}  // namespace heed
