#include "heed/io/safetensors.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "heed/tensor/random.h"

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
  CHECK(read_safetensors(write_safetensors(Safetensors{})).tensors.empty());

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
  const auto halves = write_safetensors(file, ElementType::kF16);
  CHECK(write_safetensors(file).size() - halves.size() == 2 * 5);
  const Safetensors again = read_safetensors(halves);
  CHECK(again.tensors.at("half").values == std::vector<float>{1, -2.5F});
  CHECK(again.tensors.at("double").values == std::vector<float>{1});
  CHECK(again.tensors.at("double").shape.empty());

  file.tensors["double"].values[0] = 1e5F;
  CHECK_THROWS_WITH(write_safetensors(file, ElementType::kF16), "tensor double has 100000, which is too large for F16");
  CHECK_THROWS_WITH(write_safetensors(file, ElementType::kF64), "tensors can be written as F16 and F32");
}

TEST_CASE("A view shows tensors of all types where they lie; only what is asked for as float32 must be real",
          "[safetensors]") {
  const std::string header = R"({"ids":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},)"
                             R"("mask":{"dtype":"BOOL","shape":[1,3],"data_offsets":[16,19]},)"
                             R"("tiny":{"dtype":"F4","shape":[2],"data_offsets":[19,20]},)"
                             R"("eight":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[20,21]},)"
                             R"("weight":{"dtype":"BF16","shape":[1],"data_offsets":[21,23]},)"
                             R"("none":{"dtype":"U8","shape":[0,2147483647],"data_offsets":[21,21]}})";
  auto bytes = file_of(header, 23, header.size());
  const std::uint16_t one = 0x3F80;
  std::memcpy(bytes.data() + 8 + header.size() + 21, &one, 2);
  const SafetensorsView view = view_safetensors(bytes);
  REQUIRE(view.tensors.size() == 6);
  const auto& ids = view.tensors.at("ids");
  CHECK(ids.type == ElementType::kI64);
  CHECK(ids.shape == std::vector<Index>{2});
  CHECK(ids.bytes.data() == bytes.data() + 8 + header.size());
  CHECK(view.tensors.at("mask").type == ElementType::kBool);
  CHECK(view.tensors.at("tiny").bytes.size() == 1);
  CHECK(view.tensors.at("none").bytes.empty());
  CHECK(values_of(view.tensors.at("weight"), "weight") == std::vector<float>{1});
  CHECK_THROWS_WITH(values_of(view.tensors.at("eight"), "eight"),
                    "tensor eight is of type F8_E4M3; only F16, BF16, F32 and F64 can be read as float32");

  // Written again, each keeps its type and bytes.
  const auto written = write_safetensors(view);
  const SafetensorsView again = view_safetensors(written);
  for (const auto& [name, tensor] : view.tensors) {
    CHECK(again.tensors.at(name).type == tensor.type);
    CHECK(again.tensors.at(name).shape == tensor.shape);
    CHECK(std::ranges::equal(again.tensors.at(name).bytes, tensor.bytes));
  }
  SafetensorsView wrong = view;
  wrong.tensors.at("ids").shape = {3};
  CHECK_THROWS_WITH(write_safetensors(wrong), "tensor ids has 16 bytes, but its shape (3) asks for another number");
  wrong.tensors.at("ids").shape = {-2};
  CHECK_THROWS_WITH(write_safetensors(wrong), "shape (-2) has a negative axis");
  const Index most = std::numeric_limits<Index>::max();
  wrong.tensors.at("ids").shape = {2, most};
  CHECK_THROWS_WITH(write_safetensors(wrong),
                    "shape (2, " + std::to_string(most) + ") has more elements than can be counted");
  // Times the bits of a number, this wraps to the none that there are.
  wrong.tensors.at("ids") = {ElementType::kF32, {most / 16 + 1}, {}};
  CHECK_THROWS_WITH(write_safetensors(wrong), "tensor ids has 0 bytes, but its shape (" +
                                                  std::to_string(most / 16 + 1) + ") asks for another number");
}

TEST_CASE("Tensors that have more or fewer values than their shape are not looked at", "[safetensors]") {
  Safetensors file;
  for (const std::size_t size : {std::size_t{3}, std::size_t{5}}) {
    file.tensors["weight"] = {{2, 2}, std::vector<float>(size)};
    CHECK_THROWS_WITH(SafetensorsView(file),
                      "tensor weight has " + std::to_string(size) + " values, but its shape asks for 4");
  }
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
  CHECK(refusal(tensor("2", "0,8", "I32"), 8) ==
        "tensor a is of type I32; only F16, BF16, F32 and F64 can be read as float32");
  CHECK(refusal(tensor("2", "0,8", "INT4"), 8) == "tensor a is of type INT4, which safetensors has not");
  CHECK(refusal(tensor("3", "0,2", "F4"), 2) == "tensor a of type F4 ends within a byte");
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

  const std::string damaged = "the file's header is not JSON from its byte ";
  CHECK(refusal("{") == damaged + "1 on");
  CHECK(refusal("{}x") == damaged + "2 on");
  CHECK(refusal(std::string("{}\0", 3)) == damaged + "2 on");
  CHECK(refusal(R"({"a")") == damaged + "4 on");
  CHECK(refusal(R"({"\x":{}})") == damaged + "3 on");
  CHECK(refusal(R"({"\u12":{}})") == damaged + "6 on");
  CHECK(refusal(R"({"\ud800a":{}})") == damaged + "8 on");
  CHECK(refusal(R"({"\ud800\ud800":{}})") == damaged + "13 on");
  CHECK(refusal("{\"a\nb\":{}}") == damaged + "3 on");
  CHECK(refusal("{\"a\xff\":{}}") == damaged + "3 on");
  CHECK(refusal(tensor("01", "0,4"), 4).starts_with(damaged));

  CHECK(refusal(R"({"a":1})") == "tensor a is not described by { dtype, shape, data_offsets }");
  CHECK(refusal(R"({"a":[]})") == "tensor a is not described by { dtype, shape, data_offsets }");
  CHECK(refusal(R"({"a":{"b":1}})") == "tensor a has a b; only dtype, shape and data_offsets are known");
  CHECK(refusal(R"({"a":{"dtype":{}}})") == "tensor a: its dtype is not text");
  CHECK(refusal(R"({"a":{"shape":[[]]}})") == "tensor a: its shape is not a list of whole numbers from 0");
  CHECK(refusal(R"({"a":{"data_offsets":"0"}})") == "tensor a: its data_offsets is not a list of whole numbers from 0");
  CHECK(refusal(tensor("1", "0,4,8"), 4) == "tensor a: its data_offsets has more than 2 numbers");
  CHECK(refusal(R"({"__metadata__":{"k":1}})") == "the file's metadata k is not text");
  CHECK(refusal(R"({"__metadata__":{"k":{}}})") == "the file's metadata k is not text");
  for (const char* number : {"-1", "-0", "1.5", "1e3", "99999999999999999999", "\"1\"", "null", "true"})
    CHECK(refusal(tensor(number, "0,4"), 4) == "tensor a: its shape is not a list of whole numbers from 0");
  CHECK(refusal(tensor("18446744073709551615", "0,4"), 4) ==
        "tensor a: its shape has 18446744073709551615, which is too large");
  std::string dimensions = "1";
  for (int i = 1; i < 32; ++i) dimensions += ",1";
  CHECK(refusal(tensor(dimensions, "0,4"), 4) == "read");
  CHECK(refusal(tensor(dimensions + ",1", "0,4"), 4) == "tensor a: its shape has more than 32 numbers");
  CHECK(refusal("{\"" + std::string(1000, 'x') + "\":1}") ==
        "tensor " + std::string(100, 'x') + "… is not described by { dtype, shape, data_offsets }");
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
