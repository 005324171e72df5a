#pragma once

#include <vector>

#include "heed/attention_head.h"
#include "heed/kernels/attention_kernel.h"

namespace heed::kernels {

/// The versions of the kernels that this processor can run, fastest first; never empty.
[[nodiscard]] const std::vector<KernelSet>& available();

/// attention_streaming for queries [row, row + rows) of a head.
void attention(const AttentionHead<float>& head, const AttentionHeadResult<float>& result, Index row, Index rows,
               const KernelSet& kernels = available().front());

/// c = a · bᵀ and c += a · b. The rows of b must lie one after the other for the first.
void multiply_transposed(const Product& product, const KernelSet& kernels = available().front());
void multiply_add(const Product& product, const KernelSet& kernels = available().front());

}  // namespace heed::kernels
