#pragma once

/// @file
/// Tensors of (batch, heads, length, dim), owned or viewed, with any strides, and the errors of functions that take them.

#include "heed/tensor/message.h"
#include "heed/tensor/sizes.h"
#include "heed/tensor/strided_view.h"
#include "heed/tensor/tensor.h"
