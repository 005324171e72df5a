#pragma once

/// @file
/// Training of small transformers: tasks, the trainer, checkpoints and the files that trained models are written to.

#include "heed/training/formation.h"
#include "heed/training/model_file.h"
#include "heed/training/trainer.h"
