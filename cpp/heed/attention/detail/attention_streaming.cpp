#include <algorithm>
#include <array>
#include <span>

#include "heed/attention/detail/attention_kernel_call.h"
#include "heed/attention/detail/attention_tile.h"
#include "heed/attention/detail/online_softmax.h"

namespace heed {

template <typename Scalar>
void attention_streaming(const AttentionHead<Scalar>& head, const AttentionHeadResult<Scalar>& result,
                         QueryRange queries) {
  constexpr Index kRows = 64;
  constexpr Index kColumns = 128;
  std::vector<Scalar> tile(kRows * kColumns);
  const auto all_output = matrix(result.output, head.queries, head.value_dim);
  const Index end = queries.first + queries.count;
  for (Index row = queries.first; row < end; row += kRows) {
    const Index rows = std::min(kRows, end - row);
    const auto output = all_output.middle_rows(row, rows);
    std::fill(output.data, output.row(rows), Scalar(0));
    std::array<OnlineSoftmax<Scalar>, kRows> softmax;
    const auto scale_output = [&](Index i, Scalar factor) {
      for (Index c = 0; c < head.value_dim; ++c) output.row(i)[c] *= factor;
    };
    const KeyRange visible = head.visibility.of_block(row, row + rows);
    for (Index column = visible.first; column < visible.last; column += kColumns) {
      const Index columns = std::min(kColumns, visible.last - column);
      const MatrixView<Scalar> logits{tile.data(), rows, columns, kColumns};
      logits_tile(head, row, column, logits);
      for (Index i = 0; i < rows; ++i)
        scale_output(i, softmax[static_cast<std::size_t>(i)].add({logits.row(i), static_cast<std::size_t>(columns)}));
      add_weighted_values<Scalar>(head, row, column, {logits.data, rows, columns, kColumns}, output);
    }
    for (Index i = 0; i < rows; ++i) {
      const auto& of_query = softmax[static_cast<std::size_t>(i)];
      if (of_query.sum != 0) scale_output(i, 1 / of_query.sum);
      result.log_sum_exp[row + i] = of_query.log_sum_exp();
      result.entropy[row + i] = of_query.entropy();
      result.visible_keys[row + i] = static_cast<Scalar>(head.count_visible(row + i));
    }
  }
}

template <>
void attention_streaming(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                         QueryRange queries) {
  attention_with_kernel(head, result, queries);
}

template void attention_streaming(const AttentionHead<double>&, const AttentionHeadResult<double>&, QueryRange);

}  // namespace heed
