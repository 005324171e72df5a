#pragma once

/// @namespace heed
/// Attention, and transformers that are made of it: all of the library.

/// @file
/// Attention with everything that belongs to it: the function and its options, gradients, parts of long maps, projections of
/// many heads, and what describes weights. Start with attention/attention.h.

#include "heed/attention/attention.h"
#include "heed/attention/attention_backward.h"
#include "heed/attention/attention_into.h"
#include "heed/attention/attention_map.h"
#include "heed/attention/long_head.h"
#include "heed/attention/map_margins.h"
#include "heed/attention/mask.h"
#include "heed/attention/metrics/entropy.h"
#include "heed/attention/metrics/head_divergence.h"
#include "heed/attention/metrics/head_metrics.h"
#include "heed/attention/metrics/weight_rows.h"
#include "heed/attention/metrics/weight_statistics.h"
#include "heed/attention/metrics/weight_views.h"
#include "heed/attention/multi_head.h"
#include "heed/tensor.h"
#include "heed/threads/thread_pool.h"
