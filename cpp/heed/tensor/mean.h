#pragma once

#include "heed/tensor/tensor.h"

namespace heed {

/// A mean over those things that it is defined for; 0 where there are none.
struct Mean {
  double sum = 0;
  Index count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  operator double() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

}  // namespace heed
