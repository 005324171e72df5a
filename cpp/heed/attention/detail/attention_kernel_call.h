#pragma once

#include "heed/attention/detail/attention_head.h"
#include "heed/kernels/dispatch.h"

namespace heed {

/// attention_streaming in float32, by one of the kernels; the fastest that this processor can run by default.
void attention_with_kernel(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                           QueryRange queries, const kernels::KernelSet& set = kernels::available().front());

/// The same of a head that has one query, no mask and no bias.
void attention_of_one_query(const AttentionHead<float>& head, const AttentionHeadResult<float>& result,
                            const kernels::ModelKernelSet& set = kernels::available_for_models().front());

}  // namespace heed
