#pragma once

#include <span>

#include "heed/training/tasks/task.h"

namespace heed {

/// Pocket stories: A sets out with a thing for one of the family, meets B, who has another, and two or three things happen
/// before they arrive and give what they hold. A story, with what is drawn from lists in brackets:
///
///     opening    one [windy] [morning] , [Clara] set out for the [mill] with a [blue] [lantern] for her [uncle] .
///     meeting    near the [bridge] stood [Oscar] with a [golden] [flute] .
///     events     Clara stopped because she was [tired] , so Oscar took the lantern .
///                " where is the lantern ? " asked Clara . " I have it , " said Oscar .
///                suddenly a [sly] [fox] stole the lantern from Oscar , but Clara found it at the [well] .
///     arrival    at last they came to the mill . Clara gave her uncle the blue lantern , and Oscar gave him the golden flute .
///     ending     her uncle was [glad] , and they [sang] until [dawn] . ¶
///
/// What is not drawn follows from what came before: pronouns from whom they stand for; who gives, asks and answers from who
/// holds what by then; "the blue", "the mill", "my uncle" from where they were first said; "was" or "were" and "it" or "them"
/// from a noun some words before ("the ducks of the miller were wet, so Clara fed them"). story_grammar.cpp has all of it.
///
/// The parts are drawn in proportion to their weights among those that can be told (an event happens once; one can only swap
/// what each holds), words uniformly among those of a list that the story has not used. Every choice shows in the word that
/// it decides, so that the probability of each next word given those before is known, and the floor and the ceiling are
/// exact: means of −ln p and of the largest p over all that can happen, by dynamic programming over outlines of stories
/// (story_teller.h), since their probabilities do not depend on what somebody or something is called.
///
/// A sequence is one story from its beginning. Those that are longer are cut, after shorter ones nothing is scored: of 138
/// tokens or more, all are whole. Throws std::invalid_argument for a length below 2.
[[nodiscard]] std::unique_ptr<const Task> make_stories(Index length);

/// How likely each word of the vocabulary comes after the first ones of a story; all 0 after its end. Throws
/// std::invalid_argument where no story begins like that.
[[nodiscard]] std::vector<double> story_continuation(std::span<const std::int32_t> beginning);

}  // namespace heed
