#pragma once

#include "heed/ops/matrix.h"

namespace heed {

/// Cells of a grid.
struct GridSize {
  Index rows = 0;     ///< from top to bottom
  Index columns = 0;  ///< from left to right

  friend bool operator==(const GridSize&, const GridSize&) = default;
};

/// The vectors of a grid at another size, by cubic convolution with a = −3/4 (R. Keys, "Cubic convolution interpolation for
/// digital image processing", 1981): cells have their centres in their middle, those at the border are repeated beyond it, and
/// nothing is smoothed before a grid becomes smaller, as PyTorch's interpolate(mode="bicubic", align_corners=False) has it. Cells
/// are in row order: `from` is (cells of from_size × width), `to` (cells of to_size × width). Throws std::invalid_argument where
/// they are not, or a grid is empty.
void resize_grid(const MatrixView<const float>& from, GridSize from_size, const MatrixView<float>& to,
                 GridSize to_size);

}  // namespace heed
