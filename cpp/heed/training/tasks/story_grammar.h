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
  /// What is said in its place.
  enum class Kind {
    kWord,      ///< `word`
    kDraw,      ///< a word drawn from `list`
    kDrawRole,  ///< the same, which becomes that of `role`
    kRole,      ///< `role`, spoken of in `form`
  };
  Kind kind = Kind::kWord;  ///< what is said
  std::int32_t word = 0;    ///< place in the vocabulary
  std::size_t list = 0;     ///< place among the lists
  Role role = Role::kA;     ///< whom or what it speaks of
  Form form = Form::kWord;  ///< how it speaks of it

  /// Whether both say the same.
  friend bool operator==(const StoryToken&, const StoryToken&) = default;
};

/// When sentences can be told: each of the two holds a thing, or A holds T and B holds U, or one holds both, or A holds T.
enum class Holding { kAny, kApart, kApartByA, kTogether, kByA };
/// Who holds T afterwards: the same, the other, X, or the other who gives U for it.
enum class Passing { kNone, kToOther, kToX, kSwap };

/// Sentences that are told in one go.
struct StoryPart {
  std::vector<StoryToken> tokens;    ///< of all its sentences
  double weight = 1;                 ///< how likely it is, beside others that can be told
  std::size_t event = 0;             ///< what happens; each happens once
  Holding holding = Holding::kAny;   ///< when it can be told
  Passing passing = Passing::kNone;  ///< what it changes
  bool has_actor = false;            ///< speaks of X or Y
  bool has_thing = false;            ///< speaks of T, U, H or O
};

/// stories.h describes it.
struct StoryGrammar {
  std::vector<std::string> vocabulary;           ///< in alphabetical order
  std::vector<std::vector<std::int32_t>> lists;  ///< words to draw from, by their places in the vocabulary
  std::vector<bool> once;                        ///< of each list: a story draws no word of it twice
  std::vector<StoryPart> openings;               ///< the first part of a story
  std::vector<StoryPart> meetings;               ///< the second
  std::vector<StoryPart> events;                 ///< what may happen after it
  std::vector<StoryPart> arrivals;               ///< after the events
  std::vector<StoryPart> endings;                ///< the last part
  std::size_t boys = 0;                          ///< the list of their names
  std::size_t girls = 0;                         ///< the list of theirs
  std::size_t partners = 0;                      ///< stands for that of the two which A is not in
  std::vector<char> male;                        ///< of each word: whether it is spoken of as he
  std::vector<char> plural;                      ///< of each word: whether it is spoken of as more than one

  /// The word for what `form` says of `word`; not for Form::kLook.
  [[nodiscard]] std::int32_t form_of(std::int32_t word, Form form) const;

  std::array<std::array<std::int32_t, 2>, 6> forms{};  ///< [form][male, or plural]
};

/// The grammar of the stories, read once from its text.
[[nodiscard]] const StoryGrammar& story_grammar();

}  // namespace heed
