#include "heed/model/architecture/fields.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

using namespace heed;
using Catch::Matchers::Message;

namespace {

Fields example() {
  FieldValue::Object object;
  object["size"] = {std::int64_t{12}};
  object["whole"] = {12.0};
  object["part"] = {0.5};
  object["negative"] = {std::int64_t{-3}};
  object["huge"] = {1e30};
  object["too large"] = {-1e39};
  object["too small"] = {1e-39};
  object["yes"] = {true};
  object["name"] = {std::string("gelu")};
  object["none"] = {std::monostate{}};
  object["list"] = {FieldValue::List{{std::int64_t{1}}, {std::int64_t{2}}}};
  object["names"] = {FieldValue::List{{std::string("a")}, {std::string("b")}}};
  FieldValue::Object inner;
  inner["depth"] = {std::int64_t{4}};
  object["inner"] = {inner};
  return Fields(FieldValue{object});
}

}  // namespace

TEST_CASE("fields of a configuration are read with defaults for absent and null ones", "[model]") {
  const Fields fields = example();
  CHECK(fields.size("size") == 12);
  CHECK(fields.size("whole") == 12);
  CHECK(fields.size("absent", 7) == 7);
  CHECK(fields.size("none", 7) == 7);
  CHECK_FALSE(fields.has("none"));
  CHECK(fields.number("part") == 0.5);
  CHECK(fields.number("size") == 12);
  CHECK(fields.number("huge") == 1e30);
  CHECK(fields.flag("yes"));
  CHECK_FALSE(fields.flag("absent", false));
  CHECK(fields.text("name") == "gelu");
  CHECK(fields.text("absent", "relu") == "relu");
  CHECK(fields.sizes("list", 0) == std::vector<Index>{1, 2});
  CHECK(fields.sizes("size", 0) == std::vector<Index>{12});
  CHECK(fields.sizes("absent", 0).empty());
  CHECK(fields.texts("names") == std::vector<std::string>{"a", "b"});
  CHECK(fields.numbers("list") == std::vector<double>{1, 2});
  CHECK(fields.object("inner").size("depth") == 4);
  CHECK_FALSE(fields.object("absent").has("depth"));
}

TEST_CASE("fields that do not fit are refused with their values", "[model]") {
  const Fields fields = example();
  const auto refused = [](const auto& read, const std::string& message) {
    CHECK_THROWS_MATCHES(read(), std::invalid_argument, Message(message));
  };
  const std::string held = "0 or of a size from 1.18e-38 to 3.4e38, which single precision holds";
  refused([&] { (void)fields.size("absent"); }, "config.json has no absent");
  refused([&] { (void)fields.size("negative"); },
          "config.json: negative is -3; it must be a whole number from 1 to 16777216");
  refused([&] { (void)fields.size("size", {}, 1, 8); },
          "config.json: size is 12; it must be a whole number from 1 to 8");
  refused([&] { (void)fields.size("part"); }, "config.json: part is 0.5; it must be a whole number from 1 to 16777216");
  refused([&] { (void)fields.size("huge"); },
          "config.json: huge is 1e+30; it must be a whole number from 1 to 16777216");
  refused([&] { (void)fields.number("name"); }, "config.json: name is \"gelu\"; it must be a number, " + held);
  for (const char* field : {"too large", "too small"})
    refused([&] { (void)fields.number(field); }, std::string("config.json: ") + field + " is " +
                                                     (field == std::string("too large") ? "-1e+39" : "1e-39") +
                                                     "; it must be a number, " + held);
  refused([&] { (void)fields.flag("size"); }, "config.json: size is 12; it must be true or false");
  refused([&] { (void)fields.text("yes"); }, "config.json: yes is true; it must be a text");
  refused([&] { (void)fields.sizes("names", 0, 9); },
          "config.json: names has \"a\"; it must be whole numbers from 0 to 9");
  refused([&] { (void)fields.numbers("names"); },
          "config.json: names has \"a\"; it must be a list of numbers, each " + held);
  refused([&] { (void)fields.texts("list"); }, "config.json: list has 1; it must be a list of texts");
  refused([&] { (void)fields.object("size"); }, "config.json: size is 12; it must be an object");
  refused([&] { fields.require_flag("yes", false, "not supported"); }, "config.json: yes is true; not supported");
  refused([&] { fields.require_text("name", {"relu", "silu"}); },
          "config.json: name is \"gelu\"; supported: \"relu\", \"silu\"");
  refused([&] { (void)fields.object("inner").size("width"); }, "config.json: inner has no width");
}
