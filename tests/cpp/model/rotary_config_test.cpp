#include "heed/model/architecture/rotary_config.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <string>

#include "heed/model/architecture/parse_fields.h"
#include "heed/model/layers/rotary_table.h"

using namespace heed;
using Catch::Matchers::Message;
using Catch::Matchers::WithinRel;

namespace {

RotaryConfig config_of(const std::string& json, Index head_dim = 8) {
  return rotary_config(parse_fields(json), {.head_dim = head_dim});
}

}  // namespace

TEST_CASE("rotary frequencies are powers of theta, however the configuration is written", "[model]") {
  const RotaryConfig today = config_of(R"({"rope_parameters": {"rope_type": "default", "rope_theta": 100}})");
  REQUIRE(today.frequencies.size() == 4);
  for (std::size_t i = 0; i < 4; ++i)  // within float32's rounding
    CHECK_THAT(today.frequencies[i], WithinRel(std::pow(100.0, -static_cast<double>(i) / 4), 1e-6));
  CHECK(config_of(R"({"rope_theta": 100})") == today);
  CHECK(config_of(R"({"rope_theta": 100, "rope_scaling": null})") == today);
  CHECK(config_of(R"({"rope_parameters": {"rope_theta": 100}, "rope_scaling": {}})") == today);
  // What is added under the older name takes the place of the other, its theta included.
  CHECK(config_of(R"({"rope_parameters": {"rope_theta": 7}, "rope_theta": 100,
                      "rope_scaling": {"type": "linear", "factor": 4}})") ==
        config_of(R"({"rope_parameters": {"rope_theta": 100, "rope_type": "linear", "factor": 4}})"));
  CHECK(config_of(R"({"rope_theta": 100, "rope_scaling": {"type": "dynamic", "factor": 2}})") == today);
  const RotaryConfig linear = config_of(R"({"rope_theta": 100, "rope_scaling": {"type": "linear", "factor": 4}})");
  for (std::size_t i = 0; i < 4; ++i) CHECK_THAT(linear.frequencies[i], WithinRel(today.frequencies[i] / 4, 1e-6F));
}

TEST_CASE("a part of a head turns, also an odd one, whose last pair is whole", "[model]") {
  CHECK(config_of(R"({"partial_rotary_factor": 0.5})").frequencies.size() == 2);
  const RotaryConfig odd = config_of(R"({"rope_parameters": {"partial_rotary_factor": 0.25, "rope_theta": 100}})", 12);
  REQUIRE(odd.frequencies.size() == 2);
  CHECK_THAT(odd.frequencies[1], WithinRel(std::pow(100.0, -2.0 / 3), 1e-6));
}

TEST_CASE("LongRoPE has two lists of factors, chosen by the length of the text", "[model]") {
  const RotaryConfig rotary = config_of(R"({"max_position_embeddings": 64, "original_max_position_embeddings": 16,
    "rope_theta": 100, "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 2, 2], "long_factor": [1, 2, 4, 8]}})");
  CHECK(rotary.long_from == 16);
  CHECK_THAT(rotary.frequencies[2], WithinRel(std::pow(100.0, -0.5) / 2, 1e-6));
  CHECK_THAT(rotary.long_frequencies[3], WithinRel(std::pow(100.0, -0.75) / 8, 1e-6));
  CHECK_THAT(rotary.factor, WithinRel(std::sqrt(1 + std::log(4.0) / std::log(16.0)), 1e-6));
  // At position 1 of a long text pair 3 turns by a fourth of what it turns by in a short one.
  const auto turned = [&](Index length) {
    std::vector<float> vector{0, 0, 0, 1, 0, 0, 0, 0};
    RotaryTable(rotary, 1, 1, length).rotate(vector.data(), 0);
    return std::atan2(double{vector[7]}, double{vector[3]});
  };
  CHECK_THAT(turned(16), WithinRel(4 * turned(17), 1e-5));
}

TEST_CASE("pairs turn by position times frequency, halves or neighbours", "[model]") {
  RotaryConfig rotary = config_of(R"({"rope_theta": 100})", 4);
  const std::vector<float> before{1, 2, 3, 4};
  for (const bool adjacent : {false, true}) {
    rotary.adjacent_pairs = adjacent;
    std::vector<float> after = before;
    RotaryTable(rotary, 5, 3, 8).rotate(after.data(), 2);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const std::size_t a = adjacent ? 2 * pair : pair;
      const std::size_t b = adjacent ? 2 * pair + 1 : pair + 2;
      const double angle = 7 * std::pow(100.0, -static_cast<double>(pair) / 2);
      const auto within = [](double x) { return Catch::Matchers::WithinAbs(x, 1e-5); };  // float32, angles up to 7
      CHECK_THAT(double{after[a]}, within(before[a] * std::cos(angle) - before[b] * std::sin(angle)));
      CHECK_THAT(double{after[b]}, within(before[b] * std::cos(angle) + before[a] * std::sin(angle)));
    }
  }
}

TEST_CASE("rotary parameters that do not fit are refused with their values", "[model]") {
  const auto refused = [](const std::string& json, const std::string& text) {
    CHECK_THROWS_MATCHES(config_of(json), std::invalid_argument, Message(text));
  };
  refused(R"({"rope_theta": 0})", "rope_theta is 0; it must be above 1");
  refused(R"({"rope_scaling": {"type": "linear"}})", "config.json: rope_scaling has no factor");
  refused(R"({"rope_scaling": {"type": "linear", "factor": -1}})",
          "config.json: rope_scaling: factor is -1; it must be above 0");
  refused(R"({"rope_parameters": {"partial_rotary_factor": 2}})",
          "config.json: rope_parameters: partial_rotary_factor is 2; 16 of a head's 8 components cannot be rotated in "
          "pairs");
  for (const auto& [factor, many] :
       {std::pair{"1e30", std::numeric_limits<Index>::max()}, {"-1e30", std::numeric_limits<Index>::min()}})
    refused(std::string(R"({"rope_parameters": {"partial_rotary_factor": )") + factor + "}}",
            message({"config.json: rope_parameters: partial_rotary_factor is ", std::stod(factor), "; ", many,
                     " of a head's 8 components cannot be rotated in pairs"}));
  refused(R"({"rope_scaling": {"type": "proportional"}})",
          "config.json: rope_scaling: type is \"proportional\"; supported: default, linear, dynamic, llama3, yarn, "
          "longrope");
  refused(
      R"({"max_position_embeddings": 64, "rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}})",
      "config.json: rope_scaling: short_factor is a list of 1; it must be a list of 4");
}
