#include "heed/io/detail/json.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <string>

#include "heed/io/detail/shown.h"

using namespace heed;

namespace {

std::string refusal(const std::string& text) {
  try {
    (void)parse_json(text, "config.json");
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "read";
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

}  // namespace

TEST_CASE("A configuration is read with its numbers, texts and lists", "[json]") {
  const Json json =
      parse_json(R"({"layers": 2, "eps": 1e-05, "types": ["a", null], "tie": true, "rope": {"é": -1}})", "c");
  CHECK(json.at("layers").get<int>() == 2);
  CHECK(json.at("eps").get<double>() == 1e-5);
  CHECK(json.at("types").size() == 2);
  CHECK(json.at("rope").at("é").get<int>() == -1);
  // A whole number that 64 bits hold is kept as it is.
  CHECK(parse_json("[18446744073709551615]", "c").at(0).get<std::uint64_t>() == 18446744073709551615U);
  CHECK(refusal(nested(64)) == "read");
  // The same key in different objects is no duplicate.
  CHECK(refusal(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})") == "read");
}

TEST_CASE("What is not JSON, too deep, too large or names a key twice is refused with the place", "[json]") {
  const std::string damaged = "config.json is not JSON from its byte ";
  CHECK(refusal("") == damaged + "0 on");
  CHECK(refusal("{") == damaged + "1 on");
  CHECK(refusal("{} x") == damaged + "3 on");
  CHECK(refusal("{\"a\":01}") == damaged + "6 on");
  CHECK(refusal("[NaN]") == damaged + "1 on");
  CHECK(refusal(std::string("{}\0", 3)) == damaged + "2 on");
  CHECK(refusal("\xEF\xBB\xBF{}") == damaged + "0 on");
  CHECK(refusal("[\"\xff\"]") == damaged + "2 on");
  CHECK(refusal("[1e999]") == "config.json has a number that is too large");
  CHECK(refusal(nested(65)) == "config.json is nested deeper than 64");
  CHECK(refusal(nested(1000000)) == "config.json is nested deeper than 64");
  CHECK(refusal(R"({"a":1,"b":{"c":1,"c":2}})") == "config.json names c twice");
  CHECK(refusal(R"({"a":1,"a":1})") == "config.json names a twice");
  CHECK(refusal(std::string((4 << 20) + 1, ' ')) == "config.json has 4194305 bytes; at most 4194304 are read");
}

TEST_CASE("A long name is cut between characters", "[json]") {
  CHECK(shown(std::string(100, 'a')) == std::string(100, 'a'));
  CHECK(shown(std::string(101, 'a')) == std::string(100, 'a') + "…");
  // The last é would be cut in two.
  CHECK(shown(std::string(99, 'a') + "éé") == std::string(99, 'a') + "…");
}
