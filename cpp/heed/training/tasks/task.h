#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "heed/tensor/random.h"
#include "heed/tensor/tensor.h"

namespace heed {

/// Sequences of equal length, one after the other, and what is to follow each token; target −1 is not scored.
struct Batch {
  Index batch = 0;                    ///< how many sequences
  Index length = 0;                   ///< tokens of each
  std::vector<std::int32_t> tokens;   ///< (batch × length)
  std::vector<std::int32_t> targets;  ///< (batch × length)
};

/// Sizes of a task; each task uses those that it has.
struct TaskOptions {
  Index vocabulary = 32;   ///< how many tokens there are
  Index length = 32;       ///< tokens of a sequence; addition's are always 3
  Index least_period = 4;  ///< induction: tokens before the sequence repeats itself, drawn anew for each
  Index most_period = 16;  ///< induction: the longest
};

/// A task as its users see it.
struct TaskInfo {
  std::string name;                     ///< as `make_task` knows it
  std::vector<std::string> vocabulary;  ///< what each token is written as
  Index length = 0;                     ///< tokens of a sequence
  /// The least loss that any predictor can have, in nats per scored target, and the best accuracy: the exact means over the
  /// task's distribution.
  double floor = 0;
  double ceiling = 1;  ///< the best accuracy
};

/// Something to learn, of which there are endlessly many examples.
class Task {
 public:
  /// `info` says what it is called, and how large its vocabulary and its sequences are.
  explicit Task(TaskInfo info) : info_(std::move(info)) {}
  virtual ~Task() = default;

  /// Facts of it that do not depend on an example.
  [[nodiscard]] const TaskInfo& info() const { return info_; }

  /// Draws `sequences` examples.
  [[nodiscard]] Batch draw(RandomState& random, Index sequences) const;

 private:
  /// Writes one example: `tokens` and `targets` have the task's length, and targets are −1.
  virtual void draw_one(RandomState& random, std::int32_t* tokens, std::int32_t* targets) const = 0;

  TaskInfo info_;
};

/// The names that `make_task` knows: "induction", "copy", "reverse", "sort", "brackets", "addition", "stories".
[[nodiscard]] const std::vector<std::string>& task_names();

/// - induction: distinct random tokens, repeated until the sequence is full. Scored from the first repetition on, where all
///   that follows is determined by what followed before; the period varies, so that looking a fixed distance back fails.
/// - copy, reverse, sort: random tokens, a separator, and the same tokens again, backwards, or in order.
/// - brackets: a balanced string of brackets of vocabulary / 2 kinds. Until closing is all that is left, an opening and a
///   closing bracket are equally likely wherever both are possible.
/// - addition: a, b and =, then (a + b) modulo (vocabulary − 1).
/// - stories: see stories.h; they have a vocabulary of their own.
/// Throws std::invalid_argument for a name it does not know and for values that do not fit together.
[[nodiscard]] std::unique_ptr<const Task> make_task(const std::string& name, const TaskOptions& options = {});

}  // namespace heed
