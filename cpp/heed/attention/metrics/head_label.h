#pragma once

#include "heed/attention/metrics/head_metrics.h"
#include "heed/attention/metrics/token_scores.h"

namespace heed {

/// What a head mostly looks at.
enum class HeadLabel : std::uint8_t {
  kOther,
  kPreviousToken,
  kFirstToken,
  kSelf,
  kDuplicateToken,
  kInduction,
  kLocal,
  kBroad,
};

/// "other", "previous token", …
[[nodiscard]] const char* name_of(HeadLabel label);

/// A head that gives at least half of its attention to what one of the scores counts has the label of the largest of them. Of the
/// others, one whose normalised entropy is at least 0.8 is broad, and one that gives at least half to the two tokens on either
/// side local. NaN reaches no label.
[[nodiscard]] HeadLabel label_of(const HeadMetrics& metrics, const TokenScores& scores);

}  // namespace heed
