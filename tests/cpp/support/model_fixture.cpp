#include "model_fixture.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "heed/io/detail/json.h"
#include "heed/model/families/family.h"
#include "heed/tensor/half.h"
#include "heed/tensor/random.h"

namespace heed::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(HEED_FIXTURES) / "models";

std::vector<std::byte> read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  require(stream.good(), {"no fixture ", path.string()});
  const std::vector<char> characters((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(characters));
  return {bytes.begin(), bytes.end()};
}

std::string_view text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append(std::vector<std::byte>& bytes, const void* data, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), first, first + size);
}

void append(std::vector<std::byte>& bytes, ElementType type, double number) {
  const auto rounded = static_cast<float>(number);
  const std::uint16_t half = type == ElementType::kF16 ? to_half(rounded) : to_bfloat16(rounded);
  if (type == ElementType::kF32)
    append(bytes, &rounded, sizeof rounded);
  else
    append(bytes, &half, sizeof half);
}

/// The bytes of a tensor, of which models.py says how it came about.
std::vector<std::byte> draw(const std::vector<Index>& shape, ElementType type, const Json& how) {
  const Index count = elements_of(shape);
  std::vector<std::byte> bytes;
  if (how.at(2).is_number()) {
    RandomState random(how.at(2).get<std::uint32_t>());
    const auto scale = how.at(3).get<double>();
    const auto shift = how.at(4).get<double>();
    for (Index i = 0; i < count; ++i) append(bytes, type, random.normal() * scale + shift);
    return bytes;
  }
  const auto words = how.at(2).get<std::string>();
  if (words == "zeros" || words == "lower triangle") {
    const Index columns = shape.back();
    for (Index i = 0; i < count; ++i)
      append(bytes, type, words == "zeros" || i % columns > i / columns % columns ? 0 : 1);
    return bytes;
  }
  for (std::size_t i = 0; i + 1 < words.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(words.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// As the safetensors library writes it: metadata first, then the tensors in the order in which they lie.
std::vector<std::byte> write_file(const Json& recipe) {
  std::string header = "{";
  if (!recipe.at("metadata").is_null()) header += "\"__metadata__\":" + recipe.at("metadata").dump() + ",";
  std::vector<std::byte> values;
  for (const auto& [name, how] : recipe.at("tensors").items()) {
    const auto type = how.at(1).get<std::string>();
    const std::size_t begin = values.size();
    const auto bytes = draw(how.at(0).get<std::vector<Index>>(), element_type(type).value(), how);
    values.insert(values.end(), bytes.begin(), bytes.end());
    header += '"' + name + R"(":{"dtype":")" + type + R"(","shape":)" + how.at(0).dump() + R"(,"data_offsets":[)" +
              std::to_string(begin) + ',' + std::to_string(values.size()) + "]},";
  }
  header.back() = '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  std::vector<std::byte> file;
  append(file, &length, sizeof length);
  append(file, header.data(), header.size());
  file.insert(file.end(), values.begin(), values.end());
  return file;
}

/// ISO 3309, as zlib has it.
std::uint32_t crc32(const std::vector<std::byte>& bytes) {
  std::uint32_t crc = ~0U;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1U) * 0xEDB88320U;
  }
  return ~crc;
}

}  // namespace

ModelFixture::ModelFixture(const std::string& name) : name_(name) {
  const std::filesystem::path folder = kFolder / name;
  const std::vector<std::byte> text = read(folder / "recipe.json");
  const Json recipe = parse_json(text_of(text), name + "/recipe.json");
  kind_ = recipe.at("kind").get<std::string>();
  float32_error_ = recipe.at("float32Error").get<double>();
  for (const char* file : {"config.json", "generation_config.json", "model.safetensors.index.json"})
    if (std::filesystem::exists(folder / file)) add(file, read(folder / file));
  for (const auto& [file, how] : recipe.at("files").items()) {
    add(file, write_file(how));
    if (crc32({files_.back().bytes.begin(), files_.back().bytes.end()}) != how.at("crc32").get<std::uint32_t>())
      wrong_files_.push_back(file);
  }
  expected_bytes_ = read(folder / "expected.safetensors");
  expected_ = view_safetensors(expected_bytes_);
}

std::vector<std::string> ModelFixture::names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> ModelFixture::supported() {
  const std::vector<std::string> families = supported_families();
  std::vector<std::string> all = names();
  std::erase_if(all, [&](const std::string& name) {
    const Json config = parse_json(text_of(read(kFolder / name / "config.json")), name + "/config.json");
    return std::ranges::count(families, config.at("model_type").get<std::string>()) == 0;
  });
  return all;
}

std::vector<float> ModelFixture::floats(const std::string& tensor) const {
  return values_of(expected_.tensors.at(tensor), tensor);
}

std::vector<std::int32_t> ModelFixture::integers(const std::string& tensor) const {
  const auto found = expected_.tensors.find(tensor);
  if (found == expected_.tensors.end()) return {};
  require(found->second.type == ElementType::kI64, {tensor, " is of type ", name_of(found->second.type)});
  std::vector<std::int64_t> wide(found->second.bytes.size() / sizeof(std::int64_t));
  std::memcpy(wide.data(), found->second.bytes.data(), found->second.bytes.size());
  return {wide.begin(), wide.end()};
}

void ModelFixture::add(const std::string& file, std::vector<std::byte> bytes) {
  const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  files_.push_back({file, *owner, owner});
}

}  // namespace heed::test
