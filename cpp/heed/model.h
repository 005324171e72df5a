#pragma once

/// @file
/// Checkpoints as the Hugging Face hub stores them: load_model reads one, Model computes with it, most_likely_tokens reads its
/// logits, Generator continues a text.

#include "heed/io/model_files.h"
#include "heed/model/generator.h"
#include "heed/model/load_model.h"
#include "heed/model/model.h"
#include "heed/model/token_prediction.h"
#include "heed/threads/thread_pool.h"
