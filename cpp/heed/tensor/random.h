#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace heed {

/// Random numbers of NumPy's legacy generator: `RandomState random(42)` draws what `np.random.seed(42)` draws, bit for
/// bit for the integers and uniforms; normals to the last place or so of the platform's log and sqrt.
///
/// MT19937: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998.
/// Normals: G. Marsaglia and T. A. Bray's polar method, SIAM Review 6(3), 1964.
class RandomState {
 public:
  /// Seeded as the 2002 reference initialisation `init_genrand` does.
  explicit RandomState(std::uint32_t seed);

  /// 32 random bits.
  std::uint32_t bits();

  /// Uniform on [0, 1) with 53 random bits (`np.random.random_sample`).
  double uniform();

  /// Standard normal (`np.random.randn`).
  double normal();

  /// All that later draws depend on, as `restore` takes it: the words, how many have been drawn, and half a pair of normals.
  [[nodiscard]] std::vector<std::uint32_t> state() const;

  /// Throws std::invalid_argument for what cannot be a state.
  void restore(std::span<const std::uint32_t> state);

 private:
  static constexpr std::size_t kWords = 624;

  void refill();

  std::array<std::uint32_t, kWords> state_{};
  std::size_t next_ = kWords;
  bool has_spare_ = false;
  double spare_ = 0;
};

}  // namespace heed
