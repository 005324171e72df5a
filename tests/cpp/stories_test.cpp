#include "heed/training/stories.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <map>

using namespace heed;

namespace {

using Words = std::vector<std::string>;

/// Stories as words, the one to be predicted last.
std::vector<Words> tell(const Task& task, Index count) {
  RandomState random(3);
  const Batch batch = task.draw(random, count);
  std::vector<Words> stories(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < batch.tokens.size(); ++i) {
    const auto word = [&](std::int32_t token) { return task.info().vocabulary[static_cast<std::size_t>(token)]; };
    Words& story = stories[i / static_cast<std::size_t>(batch.length)];
    story.push_back(word(batch.tokens[i]));
    if (story.size() == static_cast<std::size_t>(batch.length)) story.push_back(word(batch.targets[i]));
  }
  return stories;
}

}  // namespace

TEST_CASE("Stories: who has what, who is where, pronouns and verbs follow from what was told", "[stories]") {
  const auto task = make_stories(96);
  int checked = 0;
  std::map<std::string, std::string> pronouns;  // of each name, in all stories
  for (const Words& w : tell(*task, 2000)) {
    std::map<std::string, std::string> holder{{w[11], w[8]}, {w[16], w[13]}};
    std::map<std::string, std::string> place{{w[0], w[6]}, {w[2], w[6]}};
    const auto other = [&](const std::string& name) { return name == w[0] ? w[2] : w[0]; };
    const auto refers = [&](const std::string& pronoun, const std::string& name) {
      CHECK(pronouns.emplace(name, pronoun).first->second == pronoun);
    };
    REQUIRE(w[0] != w[2]);
    REQUIRE(w[11] != w[16]);
    std::size_t i = 18;
    const auto whole = [&](std::size_t words) { return i + words <= w.size(); };
    for (std::size_t words = 0;; i += words, ++checked) {
      if (i >= w.size()) break;
      const std::string& kind = w[i];
      words = kind == "then" ? 11 : kind == "later" ? 15 : kind == "who" ? 9 : kind == "nearby" ? 10 : 20;
      if (!whole(words)) break;
      CHECK(w[i + words - 1] == ".");
      if (kind == "then") {
        CHECK(place.at(w[i + 1]) != w[i + 5]);
        place[w[i + 1]] = w[i + 5];
        refers(w[i + 8], w[i + 1]);
      } else if (kind == "later") {
        CHECK(holder.at(w[i + 2]) == w[i + 8]);
        CHECK(w[i + 6] == other(w[i + 8]));
        holder[w[i + 2]] = w[i + 6];
        refers(w[i + 11], w[i + 6]);
      } else if (kind == "who") {
        CHECK(holder.at(w[i + 3]) == w[i + 7]);
      } else if (kind == "nearby") {
        CHECK(w[i + 7] == (w[i + 2].back() == 's' ? "were" : "was"));
      } else {
        CHECK(w[i + 9] == other(w[i + 5]));
        CHECK(w[i + 14] == place.at(w[i + 5]));
        CHECK(w[i + 18] == w[i + 5]);
      }
    }
  }
  CHECK(checked > 8000);
}

TEST_CASE("Stories: the floor and the ceiling are those of their sentences, counted", "[stories]") {
  // The opening alone: the other's name, the place, two things.
  const auto opening = make_stories(17);
  CHECK(std::abs(opening->info().floor - std::log(12.0 * 10 * 20 * 19) / 17) < 1e-12);
  CHECK(std::abs(opening->info().ceiling - (13 + 1 / 12.0 + 1 / 10.0 + 1 / 20.0 + 1 / 19.0) / 17) < 1e-12);

  // Among how many words each word of a sentence is drawn, by hand from the grammar.
  const auto task = make_stories(96);
  const std::vector<Words> stories = tell(*task, 4000);
  const std::map<std::string, std::vector<double>> free{
      {"then", {5, 2, 1, 1, 1, 9, 1, 1, 1, 12, 1}},
      {"later", {5, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 1}},
      {"who", {5, 1, 1, 2, 1, 1, 1, 1, 1}},
      {"\"", {5, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {"nearby", {5, 1, 16, 1, 1, 1, 12, 1, 8, 1}}};
  double floor = 0;
  double ceiling = 0;
  for (const Words& w : stories) {
    floor += opening->info().floor * 17;
    ceiling += opening->info().ceiling * 17;
    for (std::size_t i = 18; i < w.size();) {
      for (const double choices : free.at(w[i])) {
        if (i == w.size()) break;
        ++i;
        floor += std::log(choices);
        ceiling += 1 / choices;
      }
    }
  }
  // A story's mean deviates by about 0.05 nats a word; over 4000 of them by 0.001, of which 5 are allowed.
  CHECK(std::abs(task->info().floor - floor / 4000 / 96) < 0.005);
  CHECK(std::abs(task->info().ceiling - ceiling / 4000 / 96) < 0.005);
  CHECK_THROWS_WITH(make_stories(1), "the length is 1; stories need at least 2");
}
