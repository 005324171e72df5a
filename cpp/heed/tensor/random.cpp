#include "heed/tensor/random.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "heed/tensor/message.h"

namespace heed {

RandomState::RandomState(std::uint32_t seed) {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < kWords; ++i) state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void RandomState::refill() {
  constexpr std::size_t kMiddle = 397;
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint32_t joined = (state_[i] & 0x80000000u) | (state_[(i + 1) % kWords] & 0x7fffffffu);
    state_[i] = state_[(i + kMiddle) % kWords] ^ (joined >> 1) ^ ((joined & 1u) != 0 ? 0x9908b0dfu : 0u);
  }
  next_ = 0;
}

std::uint32_t RandomState::bits() {
  if (next_ == kWords) refill();
  std::uint32_t y = state_[next_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

double RandomState::uniform() {
  const std::uint32_t high = bits() >> 5;
  const std::uint32_t low = bits() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;  // (high · 2²⁶ + low) / 2⁵³
}

double RandomState::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double x = 0;
  double y = 0;
  double radius = 0;
  do {
    x = 2.0 * uniform() - 1.0;
    y = 2.0 * uniform() - 1.0;
    radius = x * x + y * y;
  } while (radius >= 1.0 || radius == 0.0);
  const double factor = std::sqrt(-2.0 * std::log(radius) / radius);
  // NumPy hands out the second of the pair first.
  spare_ = factor * x;
  has_spare_ = true;
  return factor * y;
}

std::vector<std::uint32_t> RandomState::state() const {
  std::vector<std::uint32_t> words(state_.begin(), state_.end());
  const auto spare = std::bit_cast<std::uint64_t>(spare_);
  words.insert(words.end(), {static_cast<std::uint32_t>(next_), has_spare_ ? 1u : 0u, static_cast<std::uint32_t>(spare),
                             static_cast<std::uint32_t>(spare >> 32)});
  return words;
}

void RandomState::restore(std::span<const std::uint32_t> state) {
  constexpr std::size_t kSize = kWords + 4;
  const auto is_state = [&] {
    if (state.size() != kSize || state[kWords] > kWords || state[kWords + 1] > 1) return false;
    // From words that are all 0 only zeros follow; of the first, the upper bit alone is used.
    const auto words = state.first(kWords);
    return (words[0] & 0x80000000u) != 0 || std::ranges::any_of(words.subspan(1), [](auto word) { return word != 0; });
  };
  require(is_state(), {"this is no state of the random numbers"});
  const double spare = std::bit_cast<double>(state[kWords + 2] | static_cast<std::uint64_t>(state[kWords + 3]) << 32);
  require(state[kWords + 1] == 0 || std::isfinite(spare), {"the next normal number would be ", spare});
  std::copy_n(state.begin(), kWords, state_.begin());
  next_ = state[kWords];
  has_spare_ = state[kWords + 1] == 1;
  spare_ = spare;
}

}  // namespace heed
