#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace heed {

/// Stands at the end of every story.
inline constexpr const char* kStoryEnd = "¶";

/// Who and what a story speaks of. The first twelve are words that the story has drawn. The others stand for some of them,
/// depending on who does what: X and Y are A and B either way round, T is one thing and U the other, H holds T and O does not.
enum class Role {
  kA,
  kB,
  kKin,
  kGoal,
  kHere,
  kThing1,
  kThing2,
  kLook1,
  kLook2,
  kBeast,
  kHerd,
  kFood,
  kX,
  kY,
  kT,
  kU,
  kH,
  kO
};

/// How many of the roles are drawn.
inline constexpr std::size_t kDrawnRoles = 12;

/// How a role is spoken of: by its word, a pronoun, its verb, or how a thing looks.
enum class Form { kWord, kHe, kHim, kHis, kIt, kWas, kLook };

/// One token of a sentence: a word, a word drawn from a list (which may become that of a role), or a role spoken of.
struct StoryToken {
  enum class Kind { kWord, kDraw, kDrawRole, kRole };
  Kind kind = Kind::kWord;
  std::int32_t word = 0;
  std::size_t list = 0;
  Role role = Role::kA;
  Form form = Form::kWord;

  friend bool operator==(const StoryToken&, const StoryToken&) = default;
};

/// When sentences can be told: each of the two holds a thing, or A holds T and B holds U, or one holds both, or A holds T.
enum class Holding { kAny, kApart, kApartByA, kTogether, kByA };
/// Who holds T afterwards: the same, the other, X, or the other who gives U for it.
enum class Passing { kNone, kToOther, kToX, kSwap };

/// Sentences that are told in one go.
struct StoryPart {
  std::vector<StoryToken> tokens;
  double weight = 1;      ///< how likely it is, beside others that can be told
  std::size_t event = 0;  ///< what happens; each happens once
  Holding holding = Holding::kAny;
  Passing passing = Passing::kNone;
  bool has_actor = false;  ///< speaks of X or Y
  bool has_thing = false;  ///< speaks of T, U, H or O
};

/// stories.h describes it.
struct StoryGrammar {
  std::vector<std::string> vocabulary;  ///< in alphabetical order
  std::vector<std::vector<std::int32_t>> lists;
  std::vector<bool> once;  ///< of each list: a story draws no word of it twice
  std::vector<StoryPart> openings, meetings, events, arrivals, endings;
  std::size_t boys = 0, girls = 0;  ///< lists
  std::size_t partners = 0;         ///< stands for that of the two which A is not in
  std::vector<char> male, plural;   ///< of each word

  /// The word for what `form` says of `word`; not for Form::kLook.
  [[nodiscard]] std::int32_t form_of(std::int32_t word, Form form) const;

  std::array<std::array<std::int32_t, 2>, 6> forms{};  ///< [form][male, or plural]
};

/// The grammar of the stories, read once from its text.
[[nodiscard]] const StoryGrammar& story_grammar();

}  // namespace heed
