#include "heed/training/tasks/task.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <set>

using namespace heed;

namespace {

using Tokens = std::vector<std::int32_t>;

struct Example {
  Tokens tokens, targets;
};

std::vector<Example> draw(const Task& task, Index count) {
  RandomState random(1);
  const Batch batch = task.draw(random, count);
  std::vector<Example> examples;
  for (Index b = 0; b < count; ++b) {
    const auto part = [&](const Tokens& all) {
      return Tokens(all.begin() + b * batch.length, all.begin() + (b + 1) * batch.length);
    };
    examples.push_back({part(batch.tokens), part(batch.targets)});
  }
  return examples;
}

}  // namespace

TEST_CASE("Every task is the same from the same seed, within its vocabulary, and scores something", "[task]") {
  const std::string name = GENERATE(from_range(task_names()));
  CAPTURE(name);
  TaskOptions options;
  if (name == "brackets") options.length = 31;
  const auto task = make_task(name, options);
  CHECK(task->info().name == name);
  RandomState one(7);
  RandomState two(7);
  const Batch batch = task->draw(one, 50);
  CHECK(batch.tokens == task->draw(two, 50).tokens);
  CHECK(static_cast<Index>(batch.tokens.size()) == 50 * task->info().length);
  const auto size = static_cast<std::int32_t>(task->info().vocabulary.size());
  const std::set<std::string> distinct(task->info().vocabulary.begin(), task->info().vocabulary.end());
  CHECK(distinct.size() == task->info().vocabulary.size());
  CHECK(std::all_of(batch.tokens.begin(), batch.tokens.end(), [&](auto token) { return token >= 0 && token < size; }));
  CHECK(std::all_of(batch.targets.begin(), batch.targets.end(), [&](auto t) { return t >= -1 && t < size; }));
  CHECK(std::any_of(batch.targets.begin(), batch.targets.end(), [&](auto t) { return t >= 0; }));
}

TEST_CASE("Induction: a scored token occurred before, and what followed it follows again", "[task]") {
  const auto task = make_task("induction");
  std::map<Index, int> periods;
  for (const auto& [tokens, targets] : draw(*task, 2000)) {
    const auto first = std::find_if(targets.begin(), targets.end(), [](auto t) { return t >= 0; });
    const Index period = first - targets.begin();
    ++periods[period];
    for (Index i = 0; i < 32; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto before = std::find(tokens.begin(), tokens.begin() + i, tokens[at]);
      CHECK((targets[at] >= 0) == (before != tokens.begin() + i));
      if (targets[at] >= 0) CHECK(targets[at] == before[1]);
    }
  }
  // 13 periods, about 154 times each; 5 deviations of √154 · (12/13) are 60.
  CHECK(periods.size() == 13);
  for (const auto& [period, count] : periods) {
    CHECK((period >= 4 && period <= 16));
    CHECK(std::abs(count - 2000 / 13) < 60);
  }
}

TEST_CASE("Copy, reverse and sort: what is scored is the first half, rewritten", "[task]") {
  const std::string name = GENERATE("copy", "reverse", "sort");
  const auto task = make_task(name, {.vocabulary = 9, .length = 12});
  CHECK(task->info().vocabulary.back() == "|");
  for (const auto& [tokens, targets] : draw(*task, 20)) {
    Tokens expected(tokens.begin(), tokens.begin() + 6);
    if (name == "reverse") expected = Tokens(tokens.rend() - 6, tokens.rend());
    if (name == "sort") std::sort(expected.begin(), expected.end());
    CHECK(tokens[6] == 8);
    CHECK(Tokens(targets.begin() + 6, targets.end()) == expected);
    CHECK(Tokens(tokens.begin() + 7, tokens.end()) == Tokens(expected.begin(), expected.end() - 1));
    CHECK(std::all_of(targets.begin(), targets.begin() + 6, [](auto t) { return t == -1; }));
  }
}

TEST_CASE("Addition: the sum, modulo the numbers there are", "[task]") {
  const auto task = make_task("addition", {.vocabulary = 12});
  for (const auto& [tokens, targets] : draw(*task, 200)) {
    CHECK(tokens[2] == 11);
    CHECK(targets == Tokens{-1, -1, (tokens[0] + tokens[1]) % 11});
  }
}

TEST_CASE("Brackets balance, and their floor and ceiling are those of all strings counted out", "[task]") {
  const auto task = make_task("brackets", {.vocabulary = 4, .length = 7});
  std::map<Tokens, int> drawn;
  const int draws = 40000;
  for (const auto& [tokens, targets] : draw(*task, draws)) {
    Tokens string = tokens;
    string.push_back(targets.back());
    CHECK(Tokens(string.begin() + 1, string.end()) == targets);
    Tokens open;
    for (const auto token : string) {
      if (token % 2 == 0) {
        open.push_back(token);
      } else {
        REQUIRE_FALSE(open.empty());
        CHECK(token == open.back() + 1);
        open.pop_back();
      }
    }
    CHECK(open.empty());
    ++drawn[string];
  }
  CHECK(drawn.size() == 14 * 16);  // the Catalan number of 4 pairs, times 2⁴ choices of kind

  // From the frequencies alone: the entropy of the string given its first token, and the best guess after each prefix.
  double floor = 0;
  double ceiling = 0;
  for (std::size_t length = 1; length < 8; ++length) {
    std::map<Tokens, std::map<std::int32_t, int>> following;
    for (const auto& [string, count] : drawn)
      following[Tokens(string.begin(), string.begin() + static_cast<std::ptrdiff_t>(length))][string[length]] += count;
    for (const auto& [prefix, next] : following) {
      int total = 0;
      int most = 0;
      for (const auto& [token, count] : next) {
        total += count;
        most = std::max(most, count);
      }
      for (const auto& [token, count] : next) floor -= count * std::log(static_cast<double>(count) / total);
      ceiling += most;
    }
  }
  // Entropies of samples are off by about (outcomes − 1) / (2 draws), 0.003 over the 224 strings; the deviation of a mean
  // of 40,000 is as small.
  CHECK(std::abs(task->info().floor - floor / draws / 7) < 0.01);
  CHECK(std::abs(task->info().ceiling - ceiling / draws / 7) < 0.01);
}

TEST_CASE("Tasks that cannot be are refused with the values that clash", "[task]") {
  CHECK_THROWS_WITH(
      make_task("juggling"),
      "there is no task \"juggling\"; there are induction, copy, reverse, sort, brackets, addition, stories");
  CHECK_THROWS_WITH(make_task("induction", {.vocabulary = 8}),
                    "a period of 16 distinct tokens cannot be drawn from a vocabulary of 8");
  CHECK_THROWS_WITH(make_task("induction", {.length = 16}),
                    "with a period of 16, a sequence of 16 tokens never repeats itself");
  CHECK_THROWS_WITH(make_task("induction", {.least_period = 9, .most_period = 5}),
                    "the period is from 9 to 5; it must be at least 2");
  CHECK_THROWS_WITH(make_task("copy", {.length = 7}), "the length is 7; copy needs an even one");
  CHECK_THROWS_WITH(make_task("sort", {.vocabulary = 1}), "the vocabulary is 1; sort needs at least 2");
  CHECK_THROWS_WITH(make_task("brackets"), "the length is 32; brackets need an odd one of at least 3");
  CHECK_THROWS_WITH(make_task("addition", {.vocabulary = 2}), "the vocabulary is 2; addition needs at least 3");
  RandomState random(1);
  CHECK_THROWS_WITH(make_task("copy")->draw(random, 0), "a batch of 0 sequences was asked for; it must be at least 1");
}
