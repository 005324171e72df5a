#include "heed/attention/metrics/head_label.h"

#include <array>
#include <utility>

namespace heed {
namespace {

constexpr double kMostly = 0.5;
constexpr double kBroadEntropy = 0.8;

}  // namespace

const char* name_of(HeadLabel label) {
  constexpr std::array names{"other",           "previous token", "first token", "self",
                             "duplicate token", "induction",      "local",       "broad"};
  return names[static_cast<std::size_t>(label)];
}

HeadLabel label_of(const HeadMetrics& metrics, const TokenScores& scores) {
  HeadLabel label = HeadLabel::kOther;
  double most = 0;
  for (const auto& [score, candidate] : {std::pair{metrics.previous_token, HeadLabel::kPreviousToken},
                                         {metrics.first_token, HeadLabel::kFirstToken},
                                         {metrics.self, HeadLabel::kSelf},
                                         {scores.duplicate_token, HeadLabel::kDuplicateToken},
                                         {scores.induction, HeadLabel::kInduction}})
    if (score >= kMostly && score > most) {
      most = score;
      label = candidate;
    }
  if (label != HeadLabel::kOther) return label;
  if (metrics.entropy >= kBroadEntropy) return HeadLabel::kBroad;
  return metrics.local >= kMostly ? HeadLabel::kLocal : HeadLabel::kOther;
}

}  // namespace heed
