#pragma once

/// @file
/// Random numbers: those of NumPy's RandomState, to the last digit.

#include "heed/tensor/random.h"
