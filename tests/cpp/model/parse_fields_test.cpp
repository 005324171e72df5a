#include "heed/model/architecture/parse_fields.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

using namespace heed;

TEST_CASE("a configuration's text becomes fields of every kind", "[model]") {
  const Fields fields = parse_fields(
      R"({"layers":2,"eps":1e-5,"bias":-3,"tie":true,"name":"gelu","none":null,"sizes":[1,2],"rope":{"theta":10000.0}})");
  CHECK(fields.size("layers") == 2);
  CHECK(fields.number("eps") == 1e-5);
  CHECK(fields.number("bias") == -3);
  CHECK(fields.flag("tie"));
  CHECK(fields.text("name") == "gelu");
  CHECK_FALSE(fields.has("none"));
  CHECK(fields.sizes("sizes", 0) == std::vector<Index>{1, 2});
  CHECK(fields.object("rope").number("theta") == 10000);
}

TEST_CASE("hostile configurations are refused with their values", "[model]") {
  const auto layers = [](const std::string& number) {
    return (void)parse_fields(R"({"layers":)" + number + "}").size("layers");
  };
  const std::string most = "; it must be a whole number from 1 to 16777216";
  CHECK_THROWS_WITH(layers("1152921504606846976"), "config.json: layers is 1152921504606846976" + most);
  CHECK_THROWS_WITH(layers("18446744073709551615"), "config.json: layers is 1.84467e+19" + most);
  CHECK_THROWS_WITH(layers("-9223372036854775808"), "config.json: layers is -9223372036854775808" + most);
  CHECK_THROWS_WITH(layers("1e300"), "config.json: layers is 1e+300" + most);
  CHECK_THROWS_WITH(parse_fields("[]"), "config.json is a list of 0; it must be an object");
  CHECK_THROWS_WITH(parse_fields("{\"a\":1,\"a\":2}", "x.json"), "x.json names a twice");
  CHECK_THROWS_WITH(parse_fields("{"), "config.json is not JSON from its byte 1 on");
}
