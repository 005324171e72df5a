// Attention of Eigen's matrices: each is one head, (length × dim), stored by row or by column.
#include <heed/attention.h>

#include <Eigen/Core>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<float> numbers{1, 0, 0, 2, 1, 1};
  const Eigen::MatrixXf query = Eigen::MatrixXf::Identity(2, 2);
  const Eigen::Map<const Eigen::Matrix<float, 3, 2, Eigen::RowMajor>> key(numbers.data());
  Eigen::MatrixXf output = Eigen::MatrixXf::Zero(4, 2);

  // Queries of ones and values of the first two columns; the result is the middle of a larger matrix.
  heed::attention_into({.output = heed::view_of(output.middleRows(1, 2))}, heed::view_of(query), heed::view_of(key),
                       heed::view_of(Eigen::Map<const Eigen::MatrixXf>(numbers.data(), 3, 2)));

  for (int row = 0; row < 4; ++row) std::printf("%.3f %.3f\n", output(row, 0), output(row, 1));
}
