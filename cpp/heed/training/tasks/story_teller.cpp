#include "heed/training/tasks/story_teller.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace heed {
namespace {

constexpr int kFewestEvents = 2;
constexpr int kMostEvents = 3;

using Kind = StoryToken::Kind;

bool draws(const StoryToken& token) { return token.kind == Kind::kDraw || token.kind == Kind::kDrawRole; }

/// Where B holds T, and U.
bool can_be(Holding holding, bool t_held_by_b, bool u_held_by_b) {
  switch (holding) {
    case Holding::kApart:
      return t_held_by_b != u_held_by_b;
    case Holding::kApartByA:
      return !t_held_by_b && u_held_by_b;
    case Holding::kTogether:
      return t_held_by_b == u_held_by_b;
    case Holding::kByA:
      return !t_held_by_b;
    case Holding::kAny:
      break;
  }
  return true;
}

}  // namespace

/// A part that can be told, with who and what it is about.
struct StoryTeller::Candidate {
  const StoryPart* part;
  double weight;
  Role x = Role::kA;
  std::size_t thing = 0;
};

StoryTeller::StoryTeller() { outline_.drawn.resize(story_grammar().lists.size()); }

std::vector<StoryTeller::Candidate> StoryTeller::candidates() const {
  const StoryGrammar& grammar = story_grammar();
  std::vector<Candidate> all;
  const auto add = [&](const StoryPart& part) {
    const std::size_t before = all.size();
    for (std::size_t thing = 0; thing < (part.has_thing ? 2 : 1); ++thing) {
      if (!can_be(part.holding, outline_.held_by_b[thing], outline_.held_by_b[1 - thing])) continue;
      all.push_back({&part, part.weight, Role::kA, thing});
      if (part.has_actor) all.push_back({&part, part.weight, Role::kB, thing});
    }
    for (std::size_t i = before; i < all.size(); ++i) all[i].weight /= static_cast<double>(all.size() - before);
  };
  const int happened = std::popcount(outline_.happened);
  switch (outline_.at) {
    case Outline::kOpening:
      std::ranges::for_each(grammar.openings, add);
      break;
    case Outline::kMeeting:
      std::ranges::for_each(grammar.meetings, add);
      break;
    case Outline::kUnderWay:
      for (const StoryPart& part : grammar.events)
        if (happened < kMostEvents && (outline_.happened >> part.event & 1) == 0) add(part);
      if (happened >= kFewestEvents) std::ranges::for_each(grammar.arrivals, add);
      break;
    case Outline::kArrived:
      std::ranges::for_each(grammar.endings, add);
      break;
    case Outline::kOver:
      throw std::logic_error("the story is over");
  }
  return all;
}

std::int32_t StoryTeller::spoken(const StoryToken& token, const Candidate& candidate) const {
  if (token.kind == Kind::kWord) return token.word;
  const bool held_by_b = outline_.held_by_b[candidate.thing];
  const auto person = [](bool b) { return b ? Role::kB : Role::kA; };
  const auto thing = [&](std::size_t i) {
    return static_cast<Role>(static_cast<std::size_t>(token.form == Form::kLook ? Role::kLook1 : Role::kThing1) + i);
  };
  Role role = token.role;
  if (role == Role::kX) role = candidate.x;
  if (role == Role::kY) role = person(candidate.x == Role::kA);
  if (role == Role::kH) role = person(held_by_b);
  if (role == Role::kO) role = person(!held_by_b);
  if (role == Role::kT) role = thing(candidate.thing);
  if (role == Role::kU) role = thing(1 - candidate.thing);
  return story_grammar().form_of(roles_[static_cast<std::size_t>(role)],
                                 token.form == Form::kLook ? Form::kWord : token.form);
}

void StoryTeller::draw(const StoryToken& token, const Choose& choose) {
  const StoryGrammar& grammar = story_grammar();
  std::size_t list = token.list;
  if (list == grammar.partners)
    list = grammar.male[static_cast<std::size_t>(roles_[static_cast<std::size_t>(Role::kA)])] ? grammar.girls
                                                                                              : grammar.boys;
  std::vector<StoryOption> options;
  for (const std::int32_t word : grammar.lists[list])
    if (std::ranges::find(used_, word) == used_.end()) options.push_back({word, 0});
  for (StoryOption& option : options) option.probability = 1 / static_cast<double>(options.size());
  const std::int32_t word = options[choose(options, false)].word;
  if (token.kind == Kind::kDrawRole) roles_[static_cast<std::size_t>(token.role)] = word;
  if (!grammar.once[list]) return;
  used_.push_back(word);
  ++outline_.drawn[list];
}

void StoryTeller::tell(const Choose& choose) {
  std::vector<Candidate> left = candidates();
  // The words of all candidates are followed side by side, until one is left.
  for (std::size_t i = 0; i < left[0].part->tokens.size(); ++i) {
    const StoryToken& first = left[0].part->tokens[i];
    for (const Candidate& candidate : left)
      if ((draws(first) || draws(candidate.part->tokens.at(i))) && candidate.part->tokens[i] != first)
        throw std::logic_error("a choice between stories is not made by a word that is drawn");
    if (draws(first)) {
      draw(first, choose);
      continue;
    }
    std::vector<StoryOption> options;
    double sum = 0;
    for (const Candidate& candidate : left) {
      const std::int32_t word = spoken(candidate.part->tokens.at(i), candidate);
      const auto same = std::ranges::find(options, word, &StoryOption::word);
      (same == options.end() ? options.emplace_back(word, 0.0) : *same).probability += candidate.weight;
      sum += candidate.weight;
    }
    for (StoryOption& option : options) option.probability /= sum;
    const std::int32_t word = options[choose(options, options.size() > 1)].word;
    std::erase_if(left, [&](const Candidate& c) { return spoken(c.part->tokens[i], c) != word; });
  }
  if (left.size() > 1) throw std::logic_error("two stories have the same words");
  const Candidate& told = left[0];
  const StoryGrammar& grammar = story_grammar();
  const bool event = told.part >= grammar.events.data() && told.part < grammar.events.data() + grammar.events.size();
  if (event) outline_.happened |= std::uint32_t{1} << told.part->event;
  if (!event) outline_.at = static_cast<decltype(outline_.at)>(outline_.at + 1);
  bool& held_by_b = outline_.held_by_b[told.thing];
  if (told.part->passing == Passing::kSwap) std::swap(outline_.held_by_b[0], outline_.held_by_b[1]);
  if (told.part->passing == Passing::kToOther) held_by_b = !held_by_b;
  if (told.part->passing == Passing::kToX) held_by_b = told.x == Role::kB;
}

}  // namespace heed
