#pragma once

#include "heed/training/task.h"

namespace heed {

/// Short stories about a boy, a girl and two things, cut at `length` tokens. Where somebody is, who holds what, a pronoun,
/// and whether "was" or "were" comes are determined by what came before; all else is drawn uniformly among words that the
/// story so far determines, in numbers that depend only on the kind of sentence. So the floor, the mean of ln(choices), and
/// the ceiling, the mean of 1 / choices, are exact: sums over how likely each kind of sentence is at each place.
/// Throws std::invalid_argument for a length below 2.
[[nodiscard]] std::unique_ptr<const Task> make_stories(Index length);

}  // namespace heed
