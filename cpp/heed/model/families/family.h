#pragma once

#include <string>
#include <vector>

#include "heed/model/architecture/architecture_config.h"
#include "heed/model/architecture/fields.h"
#include "heed/model/architecture/weights.h"

namespace heed {

// A family is a kind of model that transformers has a class of: a configuration's `model_type`. To add one:
//
// 1. NAME.cpp in this folder defines `ArchitectureConfig families::NAME(const Fields&, const Weights&)`. It reads the
//    configuration's fields, with the values that transformers takes for absent ones, and says which layers there are and what
//    the checkpoint calls their parameters (parts.h has what many families share; llama_like.h and bert_like.h whole models).
//    It refuses a value that it does not know by name (Fields::refuse), and never passes over a field that changes the result.
// 2. families.h declares it, and the table in family.cpp gives it its model_type.
// 3. tests/fixtures/models has its configuration, recipe and expected values; the test that compares all of them then has it.

/// Throws std::invalid_argument where a configuration's model_type is none that is known, naming it and the nearest that is.
void require_family(const Fields& fields);

/// The architecture of a checkpoint. Throws std::invalid_argument, naming the fields and values, where the family or one of its
/// fields' values is not supported.
[[nodiscard]] ArchitectureConfig read_architecture(const Fields& fields, const Weights& weights);

/// The model types that `read_architecture` knows, sorted.
[[nodiscard]] std::vector<std::string> supported_families();

}  // namespace heed
