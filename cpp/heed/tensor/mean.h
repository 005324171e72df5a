#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// A mean over those things that it is defined for; 0 where there are none.
struct Mean {
  double sum = 0;   ///< of the values
  Index count = 0;  ///< how many values there are

  /// One more value.
  void add(double value) {
    sum += value;
    ++count;
  }
  /// The mean.
  operator double() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

}  // namespace heed
