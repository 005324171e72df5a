#include "heed/training/tasks/stories.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "heed/tensor/message.h"
#include "heed/training/tasks/story_teller.h"

namespace heed {
namespace {

/// One of the ways in which the next part of a story can go, up to what things are called.
struct Way {
  struct Word {
    double nats;  ///< −ln p, given the words before
    double best;  ///< p of the likeliest
  };
  StoryTeller after;
  double probability = 1;
  std::vector<Word> words{};
};

/// Every way, by going back to the last fork that has an option left.
std::vector<Way> ways_on(const StoryTeller& teller) {
  std::vector<Way> ways;
  std::vector<std::pair<std::size_t, std::size_t>> forks;  // the option taken, and how many there are
  do {
    Way way{teller};
    std::size_t fork = 0;
    way.after.tell([&](std::span<const StoryOption> options, bool forks_here) {
      if (forks_here && fork == forks.size()) forks.emplace_back(0, options.size());
      const std::size_t taken = forks_here ? forks[fork++].first : 0;
      const double p = options[taken].probability;
      if (forks_here) way.probability *= p;
      way.words.push_back({-std::log(p), std::ranges::max(options, {}, &StoryOption::probability).probability});
      return taken;
    });
    ways.push_back(std::move(way));
    while (!forks.empty() && ++forks.back().first == forks.back().second) forks.pop_back();
  } while (!forks.empty());
  return ways;
}

/// Sums over the words of a story that are among the first length + 1, but for the first, which is given.
void add_floor(TaskInfo& info) {
  using Outline = StoryTeller::Outline;
  const auto end = static_cast<std::size_t>(info.length) + 1;
  std::map<Outline, std::vector<Way>> known;
  const auto ways_of = [&](const StoryTeller& teller) -> const std::vector<Way>& {
    const auto found = known.find(teller.outline());
    return found != known.end() ? found->second : known.emplace(teller.outline(), ways_on(teller)).first->second;
  };
  std::vector<std::map<Outline, std::pair<double, StoryTeller>>> starts(end);  // how likely a part begins at a word
  starts[0].emplace(Outline(StoryTeller().outline()), std::pair(1.0, StoryTeller()));
  double scored = 0;
  for (std::size_t at = 0; at < end; ++at) {
    for (const auto& [_, start] : starts[at])
      for (const Way& way : ways_of(start.second)) {
        const double likely = start.first * way.probability;
        for (std::size_t i = at == 0; i < way.words.size() && at + i < end; ++i) {
          info.floor += likely * way.words[i].nats;
          info.ceiling += likely * way.words[i].best;
          scored += likely;
        }
        const std::size_t next = at + way.words.size();
        if (next < end && !way.after.over())
          starts[next].try_emplace(way.after.outline(), 0.0, way.after).first->second.first += likely;
      }
    starts[at].clear();
  }
  info.floor /= scored;
  info.ceiling /= scored;
}

class Stories : public Task {
 public:
  explicit Stories(Index length) : Task(describe(length)) {}

 private:
  static TaskInfo describe(Index length) {
    require(length >= 2, {"the length is ", length, "; stories need at least 2"});
    TaskInfo info{"stories", story_grammar().vocabulary, length, 0, 0};
    add_floor(info);
    return info;
  }

  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    std::vector<std::int32_t> words;
    for (StoryTeller teller; !teller.over();)
      teller.tell([&](std::span<const StoryOption> options, bool) {
        std::size_t taken = 0;
        if (options.size() > 1)
          for (double left = random.uniform(); taken + 1 < options.size(); ++taken)
            if ((left -= options[taken].probability) < 0) break;
        words.push_back(options[taken].word);
        return taken;
      });
    const auto length = static_cast<std::size_t>(info().length);
    for (std::size_t i = 0; i < length; ++i) {
      tokens[i] = words[std::min(i, words.size() - 1)];
      if (i + 1 < words.size()) targets[i] = words[i + 1];
    }
  }
};

/// Thrown to leave a story where its beginning ends.
struct Ended {};

}  // namespace

std::unique_ptr<const Task> make_stories(Index length) { return std::make_unique<Stories>(length); }

std::vector<double> story_continuation(std::span<const std::int32_t> beginning) {
  const StoryGrammar& grammar = story_grammar();
  std::vector<double> probabilities(grammar.vocabulary.size());
  std::size_t next = 0;
  try {
    for (StoryTeller teller; !teller.over();)
      teller.tell([&](std::span<const StoryOption> options, bool) {
        if (next == beginning.size()) {
          for (const StoryOption& option : options)
            probabilities[static_cast<std::size_t>(option.word)] = option.probability;
          throw Ended();
        }
        const std::int32_t word = beginning[next];
        const auto said = std::ranges::find(options, word, &StoryOption::word);
        require(said != options.end(), {"no story has token ", Index{word}, " at place ", static_cast<Index>(next)});
        ++next;
        return static_cast<std::size_t>(said - options.begin());
      });
  } catch (const Ended&) {
    return probabilities;
  }
  require(next == beginning.size(),
          {"the story ends after ", static_cast<Index>(next), " tokens of ", static_cast<Index>(beginning.size())});
  return probabilities;
}

}  // namespace heed
