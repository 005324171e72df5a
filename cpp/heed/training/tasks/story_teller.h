#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "heed/training/tasks/story_grammar.h"

namespace heed {

/// A word that a story can go on with.
struct StoryOption {
  std::int32_t word = 0;   ///< place in the vocabulary
  double probability = 0;  ///< among the options
};

/// Tells a story, part by part. Every choice is made by a word: given the words so far, the options for the next are known.
class StoryTeller {
 public:
  /// Which of the options, whose probabilities add up to 1, is said; `fork` where it decides on how the story goes on, and
  /// not only on what somebody or something is called.
  using Choose = std::function<std::size_t(std::span<const StoryOption>, bool fork)>;

  /// All that the number and probabilities of later options depend on.
  struct Outline {
    /// Which kind of part comes next.
    enum { kOpening, kMeeting, kUnderWay, kArrived, kOver } at = kOpening;
    std::uint32_t happened = 0;                  ///< a bit for each event
    std::array<bool, 2> held_by_b{false, true};  ///< of each thing
    std::vector<int> drawn;                      ///< words from each list that gives none twice

    /// An order for maps, without a meaning.
    friend auto operator<=>(const Outline&, const Outline&) = default;
  };

  StoryTeller();

  /// Where the story stands.
  [[nodiscard]] const Outline& outline() const { return outline_; }
  /// Whether its ending was told.
  [[nodiscard]] bool over() const { return outline_.at == Outline::kOver; }

  /// Tells the next part.
  void tell(const Choose& choose);

 private:
  struct Candidate;

  [[nodiscard]] std::vector<Candidate> candidates() const;
  [[nodiscard]] std::int32_t spoken(const StoryToken& token, const Candidate& candidate) const;
  void draw(const StoryToken& token, const Choose& choose);

  Outline outline_;
  std::array<std::int32_t, kDrawnRoles> roles_{};
  std::vector<std::int32_t> used_;  ///< what is not drawn again
};

}  // namespace heed
