#include "heed/training/safetensors.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "heed/random.h"

using namespace heed;

namespace {

std::vector<std::byte> file_of(const std::string& header, std::size_t body, std::uint64_t length) {
  std::vector<std::byte> bytes(8 + header.size() + body);
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string refusal(const std::vector<std::byte>& bytes) {
  try {
    (void)read_safetensors(bytes);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "read";
}

std::string refusal(const std::string& header, std::size_t body = 0) {
  return refusal(file_of(header, body, header.size()));
}

/// The header's entry of a tensor "a".
std::string tensor(const std::string& shape, const std::string& offsets, const std::string& dtype = "F32") {
  return R"({"a":{"dtype":")" + dtype + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]}}";
}

}  // namespace

TEST_CASE("safetensors are read as they were written", "[safetensors]") {
  Safetensors file;
  file.metadata["note"] = "\"quoted\" \\ line\n end\x01 μ";
  file.tensors["b"] = {{2, 3}, {1, -2, 0.1F, std::numeric_limits<float>::denorm_min(), 5, 6}};
  file.tensors["a \"name\""] = {{}, {7}};
  file.tensors["none"] = {{0, 4}, {}};
  const auto bytes = write_safetensors(file);
  const Safetensors again = read_safetensors(bytes);
  CHECK(again.metadata == file.metadata);
  REQUIRE(again.tensors.size() == 3);
  for (const auto& [name, entry] : file.tensors) {
    CHECK(again.tensors.at(name).shape == entry.shape);
    CHECK(again.tensors.at(name).values == entry.values);
  }
  CHECK(write_safetensors(again) == bytes);
  CHECK(read_safetensors(write_safetensors({})).tensors.empty());

  file.tensors["b"].shape = {2, 2};
  CHECK_THROWS_AS(write_safetensors(file), std::invalid_argument);
}

TEST_CASE("Tensors of every width of real numbers are read, and may be written in half the bytes", "[safetensors]") {
  const std::vector<std::uint8_t> body{0x00, 0x3C, 0x00, 0xC1,                           // F16: 1, −2.5
                                       0x80, 0x3F, 0x49, 0xC0,                           // BF16: 1, −3.140625
                                       0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F};  // F64: 0.1
  const std::string header = R"({"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},)"
                             R"("brain":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},)"
                             R"("double":{"dtype":"F64","shape":[],"data_offsets":[8,16]}})";
  auto bytes = file_of(header, body.size(), header.size());
  std::memcpy(bytes.data() + 8 + header.size(), body.data(), body.size());
  Safetensors file = read_safetensors(bytes);
  CHECK(file.tensors.at("half").values == std::vector<float>{1, -2.5F});
  CHECK(file.tensors.at("brain").values == std::vector<float>{1, -3.140625F});
  CHECK(file.tensors.at("double").values == std::vector<float>{0.1F});

  file.tensors["double"].values[0] = 1.0F + 1.0F / 4096;
  const auto halves = write_safetensors(file, StoredAs::kF16);
  CHECK(write_safetensors(file).size() - halves.size() == 2 * 5);
  const Safetensors again = read_safetensors(halves);
  CHECK(again.tensors.at("half").values == std::vector<float>{1, -2.5F});
  CHECK(again.tensors.at("double").values == std::vector<float>{1});
  CHECK(again.tensors.at("double").shape.empty());

  file.tensors["double"].values[0] = 1e5F;
  CHECK_THROWS_WITH(write_safetensors(file, StoredAs::kF16), "tensor double has 100000, which is too large for F16");
  CHECK_THROWS_WITH(write_safetensors(file, StoredAs::kF64), "tensors can be written as F16 and F32");
}

TEST_CASE("The header of safetensors is any JSON that says the same", "[safetensors]") {
  const std::string header = " \n\t{ } ";
  CHECK(refusal(header) == "the file's header does not begin with {");
  CHECK(refusal("{ } \n") == "read");
  const std::string escapes = R"({"__metadata__":{"\u00e9\u20ac\ud83d\ude00":"\"\\\/\b\f\n\r\t"}})";
  const Safetensors file = read_safetensors(file_of(escapes, 0, escapes.size()));
  CHECK(file.metadata.at("é€😀") == "\"\\/\b\f\n\r\t");
}

TEST_CASE("Damaged and hostile safetensors are refused with the reason", "[safetensors]") {
  CHECK(refusal(std::vector<std::byte>(7)) == "the file has 7 bytes; the length of its header alone takes 8");
  CHECK(refusal(file_of("{}", 0, 3)) == "the file's header is said to have 3 bytes, but 2 follow");
  CHECK(refusal(file_of("{}", 0, ~std::uint64_t{0})) ==
        "the file's header is said to have more than the 100000000 bytes that are allowed");
  CHECK(refusal("") == "the file's header does not begin with {");
  CHECK(refusal("[]") == "the file's header does not begin with {");

  CHECK(refusal(tensor("2", "0,8"), 8) == "read");
  CHECK(refusal(tensor("2", "0,8"), 7) == "tensor a is larger than the file's 7 bytes of values");
  CHECK(refusal(tensor("2", "0,8"), 9) == "the file's tensors end at byte 8, but it has 9 after its header");
  CHECK(refusal(tensor("2", "4,12"), 12) == "tensor a begins at byte 4, but the one before it ends at 0");
  CHECK(refusal(tensor("2", "0,4"), 8) == "tensor a takes 4 bytes, but its shape asks for 8");
  CHECK(refusal(tensor("2", "8,0"), 8) == "tensor a begins at byte 8 and ends before it, at 0");
  CHECK(refusal(tensor("2", "0,8", "I32"), 8) == "tensor a is of type I32; only F16, BF16, F32 and F64 can be read");
  CHECK(refusal(tensor("2", "0,8", "F64"), 8) == "tensor a is larger than the file's 8 bytes of values");
  // Their product wraps around to 0 in as many bits as sizes have.
  const std::string half = std::to_string(Index{1} << (4 * sizeof(Index)));
  CHECK(refusal(tensor(half + "," + half, "0,8"), 8) == "tensor a is larger than the file's 8 bytes of values");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                8) == "tensor b begins at byte 0, but the one before it ends at 4");

  const std::string none = R"("a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
  CHECK(refusal("{" + none + "," + none + "}") == "the file's header names a twice");
  CHECK(refusal(R"({"__metadata__":{},"__metadata__":{}})") == "the file's header names __metadata__ twice");
  CHECK(refusal(R"({"a":{}})") == "tensor a lacks its dtype, shape or two data_offsets");
  std::string many = R"({"__metadata__":{"0":"")";
  for (int i = 1; i <= 512; ++i) many += ",\"" + std::to_string(i) + R"(":"")";
  CHECK(refusal(many + "}}") == "the file's header has more than 512 metadata");
  CHECK(refusal(R"({"__metadata__":{"k":"1","k":"2"}})") == "the file's header names k twice");
  CHECK(refusal(R"({"a":{"dtype":"F32","dtype":"F32"}})") == "the file's header names dtype twice");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}})") ==
        "tensor a lacks its dtype, shape or two data_offsets");

  const std::string damaged = "the file's header is damaged: ";
  CHECK(refusal("{") == damaged + "a string was expected at its byte 1");
  CHECK(refusal("{}x") == damaged + "the end was expected at its byte 2");
  CHECK(refusal(R"({"a")") == damaged + ": was expected at its byte 4");
  CHECK(refusal(R"({"a":1})") == damaged + "{ was expected at its byte 5");
  CHECK(refusal(R"({"__metadata__":{"k":1}})") == damaged + "a string was expected at its byte 21");
  CHECK(refusal(R"({"\x":{}})") == damaged + "an escape was expected at its byte 3");
  CHECK(refusal(R"({"\u12":{}})") == damaged + "u and four hexadecimal digits was expected at its byte 3");
  CHECK(refusal(R"({"\ud800a":{}})") == damaged + "the other half of a surrogate pair was expected at its byte 8");
  CHECK(refusal("{\"a\nb\":{}}") == damaged + "a character was expected at its byte 3");
  for (const char* number : {"-1", "01", "1.5", "1e3", "99999999999999999999", "\"1\"", ""})
    CHECK(refusal(tensor(number, "0,4") + " ", 4).starts_with(*number == 0 ? "read" : damaged));
}

TEST_CASE("No change of a byte or of the length makes the reader of safetensors do anything but read or refuse",
          "[safetensors]") {
  Safetensors file;
  file.metadata["note"] = "text";
  file.tensors["a"] = {{2, 2}, {1, 2, 3, 4}};
  file.tensors["b"] = {{3}, {1, 2, 3}};
  const auto bytes = write_safetensors(file);
  // Every file that is cut short is refused; the sanitizers watch over the changed ones.
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(refusal(std::vector<std::byte>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))) != "read");
  RandomState random(1);
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    auto changed = bytes;
    for (std::uint32_t changes = 1 + random.bits() % 4; changes > 0; --changes)
      changed[random.bits() % changed.size()] = static_cast<std::byte>(random.bits());
    refused += refusal(changed) != "read";
  }
  CHECK(refused > 10000);
}
