#pragma once

#include "heed/attention/detail/attention_head.h"
#include "heed/kernels/dispatch.h"

namespace heed {

/// attention_streaming in float32, by one of the kernels; the fastest that this processor can run by default.
void attention_with_kernel(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                           QueryRange queries, const kernels::KernelSet& set = kernels::available().front());

}  // namespace heed
