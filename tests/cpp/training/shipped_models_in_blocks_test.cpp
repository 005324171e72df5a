#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include "heed/ops/weight_blocks.h"
#include "heed/training/evaluation.h"
#include "heed/training/model_file.h"

// What web/docs/models.md says of a trained model whose weights are held in blocks.

using namespace heed;

namespace {

TrainedModel stories() {
  std::ifstream stream(std::string(HEED_FIXTURES) + "/../../web/public/models/stories.safetensors", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  return read_model(view_safetensors(std::as_bytes(std::span(bytes))));
}

/// The weights of each output, or of each token, become blocks and numbers again.
void round_to_blocks(Transformer<float>& network, ElementType type) {
  for (const Parameter& parameter : network.layout().parameters) {
    if (!parameter.decays()) continue;
    const bool by_row = parameter.kind == Parameter::Kind::kEmbedding;
    const Index count = by_row ? parameter.rows : parameter.columns;
    std::vector<float> row(static_cast<std::size_t>(by_row ? parameter.columns : parameter.rows));
    const Index blocks = blocks_of(static_cast<Index>(row.size()));
    std::vector<std::byte> levels(static_cast<std::size_t>(blocks * block_bytes(type)));
    std::vector<float> scales(static_cast<std::size_t>(blocks));
    for (Index output = 0; output < count; ++output) {
      float* const first =
          network.parameters().data() + parameter.offset + output * (by_row ? parameter.columns : Index{1});
      const auto at = [&](std::size_t i) -> float& {
        return first[static_cast<Index>(i) * (by_row ? Index{1} : parameter.columns)];
      };
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = at(i);
      to_blocks(type, row, levels, scales);
      from_blocks(type, levels, scales, row);
      for (std::size_t i = 0; i < row.size(); ++i) at(i) = row[i];
    }
  }
}

struct Change {
  double largest = 0;      ///< of a logit, over the largest logit
  double mean_square = 0;  ///< root of the mean square, over the largest logit
  double same_token = 0;   ///< share of positions whose likeliest token is the same
};

Change change_of_logits(ElementType type) {
  TrainedModel plain = stories();
  TrainedModel changed = stories();
  round_to_blocks(changed.network, type);
  const Batch batch = draw_held_out(*plain.task, 10);
  const MatrixView<const float> a = plain.network.forward(batch.tokens, batch.batch);
  const MatrixView<const float> b = changed.network.forward(batch.tokens, batch.batch);
  double largest_logit = 0;
  Change change;
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < a.columns; ++j) {
      const double difference = std::abs(a.row(i)[j] - b.row(i)[j]);
      largest_logit = std::max(largest_logit, std::abs(double{a.row(i)[j]}));
      change.largest = std::max(change.largest, difference);
      change.mean_square += difference * difference;
    }
    const auto likeliest = [&](const float* row) { return std::max_element(row, row + a.columns) - row; };
    change.same_token += likeliest(a.row(i)) == likeliest(b.row(i)) ? 1 : 0;
  }
  change.largest /= largest_logit;
  change.mean_square = std::sqrt(change.mean_square / static_cast<double>(a.rows * a.columns)) / largest_logit;
  change.same_token /= static_cast<double>(a.rows);
  return change;
}

}  // namespace

TEST_CASE("Blocks change the logits of a trained model as little as the documentation says", "[shipped models]") {
  const Change q8 = change_of_logits(ElementType::kQ8);
  CHECK(q8.largest < 0.02);
  CHECK(q8.mean_square < 0.0015);
  CHECK(q8.same_token > 0.98);
  const Change q4 = change_of_logits(ElementType::kQ4);
  CHECK(q4.largest < 0.22);
  CHECK(q4.mean_square < 0.02);
  CHECK(q4.same_token > 0.85);
  CHECK(q4.largest > 0.1);  // and not much less
}
