#include "heed/tensor/head_rows.h"

#include <algorithm>
#include <utility>

namespace heed {
namespace {

/// The first `rows` rows of each head of `from`, to heads that begin at `to`, `to_step` numbers apart.
void copy_rows(const HeadRows& from, Index rows, float* to, Index to_step) {
  for (Index h = 0; h < from.shape.heads; ++h) std::copy_n(from.head(h), rows * from.shape.dim, to + h * to_step);
}

}  // namespace

HeadRows::HeadRows(Index heads, Index length, Index dim, const char* name)
    : HeadRows(Tensor<float>({1, heads, length, dim}, name)) {}

HeadRows::HeadRows(Tensor<float> rows) : shape(rows.shape), capacity(rows.shape.length), data(std::move(rows.data)) {
  require(shape.batch == 1, {"there are ", shape.batch, " sequences; there must be one"});
  const auto count = static_cast<Index>(data.size());
  require(count == shape.size(), {"shape ", shape, " needs ", shape.size(), " values but there are ", count});
}

void HeadRows::reserve(Index rows) {
  if (rows <= capacity) return;
  const Shape larger{1, shape.heads, saturating_sum(rows, rows / 4), shape.dim};
  Tensor<float> room(larger, "rows of each head, with room for more,");
  copy_rows(*this, shape.length, room.data.data(), larger.length * larger.dim);
  data = std::move(room.data);
  capacity = larger.length;
}

void HeadRows::resize(Index length) {
  require(length >= 0, {"the number of rows is ", length, "; it must not be negative"});
  reserve(length);
  shape.length = length;
}

void HeadRows::append(const HeadRows& more) {
  require(more.shape == Shape{1, shape.heads, more.shape.length, shape.dim},
          {"rows of shape ", more.shape, " do not follow those of shape ", shape});
  const Index before = shape.length;
  const Index added = more.shape.length;
  resize(saturating_sum(before, added));
  copy_rows(more, added, data.data() + before * shape.dim, step());
}

Tensor<float> HeadRows::tensor() const {
  Tensor<float> dense(shape, "rows of each head");
  copy_rows(*this, shape.length, dense.data.data(), shape.length * shape.dim);
  return dense;
}

}  // namespace heed
