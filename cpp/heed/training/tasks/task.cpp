#include "heed/training/tasks/task.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "heed/training/tasks/stories.h"

namespace heed {
namespace {

/// Of a sequence or a vocabulary: more would take long before anything else refuses it.
constexpr Index kMostTokens = 8192;

Index draw_below(RandomState& random, Index count) {
  return static_cast<Index>(random.uniform() * static_cast<double>(count));
}

/// a, b, …, z, aa, ab, …
std::vector<std::string> letters(Index count) {
  std::vector<std::string> names;
  for (Index i = 0; i < count; ++i) {
    names.push_back(i < 26 ? "" : names[static_cast<std::size_t>(i / 26 - 1)]);
    names.back().push_back(static_cast<char>('a' + i % 26));
  }
  return names;
}

class Induction : public Task {
 public:
  explicit Induction(const TaskOptions& options)
      : Task({.name = "induction", .vocabulary = letters(options.vocabulary), .length = options.length}),
        options_(options) {
    const auto [vocabulary, length, least, most] = options;
    require(least >= 2 && least <= most, {"the period is from ", least, " to ", most, "; it must be at least 2"});
    require(most <= vocabulary,
            {"a period of ", most, " distinct tokens cannot be drawn from a vocabulary of ", vocabulary});
    require(most < length, {"with a period of ", most, ", a sequence of ", length, " tokens never repeats itself"});
  }

 private:
  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    const Index period = options_.least_period + draw_below(random, options_.most_period - options_.least_period + 1);
    std::vector<std::int32_t> pool(static_cast<std::size_t>(options_.vocabulary));
    std::iota(pool.begin(), pool.end(), 0);
    for (Index i = 0; i < period; ++i)  // the first steps of a Fisher-Yates shuffle
      std::swap(pool[static_cast<std::size_t>(i)],
                pool[static_cast<std::size_t>(i + draw_below(random, options_.vocabulary - i))]);
    const auto at = [&](Index i) { return pool[static_cast<std::size_t>(i % period)]; };
    for (Index i = 0; i < options_.length; ++i) {
      tokens[i] = at(i);
      if (i >= period) targets[i] = at(i + 1);
    }
  }

  TaskOptions options_;
};

/// x_1 … x_n | y_1 … y_n, where y is made of x: scored from the separator on.
class Rewriting : public Task {
 public:
  using Rewrite = void (*)(std::vector<std::int32_t>&);

  Rewriting(const std::string& name, const TaskOptions& options, Rewrite rewrite)
      : Task({.name = name, .vocabulary = vocabulary(options), .length = options.length}), rewrite_(rewrite) {
    require(options.vocabulary >= 2, {"the vocabulary is ", options.vocabulary, "; ", name, " needs at least 2"});
    require(options.length >= 2 && options.length % 2 == 0,
            {"the length is ", options.length, "; ", name, " needs an even one"});
  }

 private:
  static std::vector<std::string> vocabulary(const TaskOptions& options) {
    std::vector<std::string> names = letters(saturating_difference(options.vocabulary, 1));
    names.emplace_back("|");
    return names;
  }

  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    const Index separator = static_cast<Index>(info().vocabulary.size()) - 1;
    const Index half = info().length / 2;
    std::vector<std::int32_t> word(static_cast<std::size_t>(half));
    for (std::int32_t& token : word) token = static_cast<std::int32_t>(draw_below(random, separator));
    std::copy(word.begin(), word.end(), tokens);
    rewrite_(word);
    tokens[half] = static_cast<std::int32_t>(separator);
    std::copy(word.begin(), word.end() - 1, tokens + half + 1);
    std::copy(word.begin(), word.end(), targets + half);
  }

  Rewrite rewrite_;
};

class Brackets : public Task {
 public:
  explicit Brackets(const TaskOptions& options) : Task(describe(options)), kinds_(options.vocabulary / 2) {}

 private:
  /// Whether, with `left` brackets to come and `depth` of them open, one may open and one may close.
  static bool may_open(Index left, Index depth) { return depth < left; }
  static bool may_close(Index depth) { return depth > 0; }

  /// The floor and the ceiling follow from how likely each depth is at each place.
  static TaskInfo describe(const TaskOptions& options) {
    const auto [vocabulary, length, least, most] = options;
    require(vocabulary >= 2 && vocabulary % 2 == 0,
            {"the vocabulary is ", vocabulary, "; brackets need pairs, an even number"});
    // One token more than the sequence has: its targets are the tokens after the first.
    require(length >= 3 && length % 2 == 1, {"the length is ", length, "; brackets need an odd one of at least 3"});
    const double kinds = static_cast<double>(vocabulary / 2);
    std::vector<double> likely(static_cast<std::size_t>(length + 2));  // of each depth
    likely[1] = 1;
    double floor = 0;
    double ceiling = 0;
    for (Index left = length; left > 0; --left) {
      std::vector<double> next(likely.size());
      for (Index depth = 0; depth <= left; ++depth) {
        const double p = likely[static_cast<std::size_t>(depth)];
        if (p == 0) continue;
        const double opens = !may_close(depth) ? 1 : may_open(left, depth) ? 0.5 : 0;
        if (opens > 0) {
          floor -= p * opens * std::log(opens / kinds);
          next[static_cast<std::size_t>(depth + 1)] += p * opens;
        }
        if (opens < 1) {
          floor -= p * (1 - opens) * std::log(1 - opens);
          next[static_cast<std::size_t>(depth - 1)] += p * (1 - opens);
        }
        ceiling += p * std::max(opens / kinds, 1 - opens);
      }
      likely = next;
    }
    std::vector<std::string> names;
    const std::string marks = "()[]{}<>";
    for (Index i = 0; i < vocabulary; ++i)
      names.push_back(i < 8 ? marks.substr(static_cast<std::size_t>(i), 1) : message({i % 2 == 0 ? "(" : ")", i / 2}));
    return {"brackets", names, length, floor / static_cast<double>(length), ceiling / static_cast<double>(length)};
  }

  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    std::vector<std::int32_t> open;
    for (Index i = 0; i <= info().length; ++i) {
      const Index left = info().length + 1 - i;
      const Index depth = static_cast<Index>(open.size());
      std::int32_t token = 0;
      if (!may_close(depth) || (may_open(left, depth) && random.uniform() < 0.5)) {
        open.push_back(static_cast<std::int32_t>(draw_below(random, kinds_)));
        token = 2 * open.back();
      } else {
        token = 2 * open.back() + 1;
        open.pop_back();
      }
      if (i < info().length) tokens[i] = token;
      if (i > 0) targets[i - 1] = token;
    }
  }

  Index kinds_;
};

class Addition : public Task {
 public:
  explicit Addition(const TaskOptions& options)
      : Task({.name = "addition", .vocabulary = vocabulary(options.vocabulary), .length = 3}) {
    require(options.vocabulary >= 3, {"the vocabulary is ", options.vocabulary, "; addition needs at least 3"});
  }

 private:
  static std::vector<std::string> vocabulary(Index size) {
    std::vector<std::string> names;
    for (Index i = 0; i + 1 < size; ++i) names.push_back(std::to_string(i));
    names.emplace_back("=");
    return names;
  }

  void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const override {
    const Index modulus = static_cast<Index>(info().vocabulary.size()) - 1;
    for (Index i = 0; i < 2; ++i) tokens[i] = static_cast<std::int32_t>(draw_below(random, modulus));
    tokens[2] = static_cast<std::int32_t>(modulus);
    targets[2] = static_cast<std::int32_t>((tokens[0] + tokens[1]) % modulus);
  }
};

}  // namespace

Batch Task::draw(RandomState& random, Index sequences) const {
  require(sequences >= 1, {"a batch of ", sequences, " sequences was asked for; it must be at least 1"});
  const auto size = static_cast<std::size_t>(Shape{1, 1, sequences, info_.length}.size());
  Batch batch{sequences, info_.length, std::vector<std::int32_t>(size), std::vector<std::int32_t>(size, -1)};
  for (Index b = 0; b < sequences; ++b)
    draw_one(random, batch.tokens.data() + b * info_.length, batch.targets.data() + b * info_.length);
  return batch;
}

const std::vector<std::string>& task_names() {
  static const std::vector<std::string> names{"induction", "copy",     "reverse", "sort",
                                              "brackets",  "addition", "stories"};
  return names;
}

std::unique_ptr<const Task> make_task(const std::string& name, const TaskOptions& options) {
  using Tokens = std::vector<std::int32_t>;
  require(options.length <= kMostTokens, {"the length is ", options.length, "; it must be at most ", kMostTokens});
  require(options.vocabulary <= kMostTokens,
          {"the vocabulary is ", options.vocabulary, "; it must be at most ", kMostTokens});
  if (name == "induction") return std::make_unique<Induction>(options);
  if (name == "copy") return std::make_unique<Rewriting>(name, options, [](Tokens&) {});
  if (name == "reverse")
    return std::make_unique<Rewriting>(name, options, [](Tokens& word) { std::reverse(word.begin(), word.end()); });
  if (name == "sort")
    return std::make_unique<Rewriting>(name, options, [](Tokens& word) {
      // A heap: std::sort is much larger code, which a page would download.
      std::ranges::make_heap(word);
      std::ranges::sort_heap(word);
    });
  if (name == "brackets") return std::make_unique<Brackets>(options);
  if (name == "addition") return std::make_unique<Addition>(options);
  if (name == "stories") return make_stories(options.length);
  std::string known;
  for (const std::string& one : task_names()) known += (known.empty() ? "" : ", ") + one;
  throw std::invalid_argument(message({"there is no task \"", name, "\"; there are ", known}));
}

}  // namespace heed
