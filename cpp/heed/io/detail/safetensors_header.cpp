#include "heed/io/detail/safetensors_header.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "heed/io/detail/json_reader.h"
#include "heed/io/detail/shown.h"

namespace heed {
namespace {

constexpr const char* kMetadataName = "__metadata__";
constexpr std::size_t kMostDimensions = 32;
constexpr std::size_t kMostMetadata = 512;

/// The bytes that a shape of elements asks for, which must be no more than `room`.
Index bytes_of(const std::string& name, ElementType type, const std::vector<Index>& shape, Index room) {
  if (std::ranges::count(shape, 0) > 0) return 0;
  std::uint64_t bits = static_cast<std::uint64_t>(bits_of(type));
  const std::uint64_t most = std::uint64_t{8} * static_cast<std::uint64_t>(room);
  for (const Index length : shape) {
    require(static_cast<std::uint64_t>(length) <= most / bits,
            {"tensor ", shown(name), " is larger than the file's ", room, " bytes of values"});
    bits *= static_cast<std::uint64_t>(length);
  }
  require(bits <= most, {"tensor ", shown(name), " is larger than the file's ", room, " bytes of values"});
  require(bits % 8 == 0, {"tensor ", shown(name), " of type ", name_of(type), " ends within a byte"});
  return static_cast<Index>(bits / 8);
}

/// As JSON has it. The library could write it too, in 140 KB of WebAssembly more.
std::string json_text(const std::string& text) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      json += {'\\', c};
    else if (code < 0x20)
      json += {'\\', 'u', '0', '0', kDigits[code / 16], kDigits[code % 16]};
    else
      json += c;
  }
  return json + '"';
}

/// { "__metadata__": { key: text }, tensor: { "dtype": text, "shape": [numbers], "data_offsets": [begin, end] } }
class HeaderReader : public JsonReader {
 public:
  explicit HeaderReader(std::span<const std::byte> values) : values_(values) {}

  SafetensorsHeader take() { return std::move(header_); }

 private:
  enum class Place { kStart, kTop, kMetadata, kTensor, kShape, kOffsets };

  [[noreturn]] void refuse() const {
    const std::string tensor = "tensor " + shown(name_);
    switch (place_) {
      case Place::kStart:
        throw std::invalid_argument("the file's header does not begin with {");
      case Place::kTop:
        throw std::invalid_argument(tensor + " is not described by { dtype, shape, data_offsets }");
      case Place::kMetadata:
        throw std::invalid_argument(message({"the file's metadata ", shown(key_), " is not text"}));
      case Place::kTensor:
      case Place::kShape:
      case Place::kOffsets:
        break;
    }
    const bool dtype = key_ == "dtype";
    throw std::invalid_argument(
        message({tensor, ": its ", key_, dtype ? " is not text" : " is not a list of whole numbers from 0"}));
  }

  static void refuse_twice(bool first, const std::string& name) {
    require(first, {"the file's header names ", shown(name), " twice"});
  }

  void on_start_object() override {
    if (place_ == Place::kStart) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop) {
      place_ = name_ == kMetadataName ? Place::kMetadata : Place::kTensor;
      if (place_ == Place::kTensor) start_tensor();
    } else {
      refuse();
    }
  }

  void on_key(std::string&& key) override {
    if (place_ == Place::kTop) {
      name_ = std::move(key);
      if (name_ == kMetadataName) refuse_twice(!std::exchange(has_metadata_, true), name_);
      return;
    }
    key_ = std::move(key);
    if (place_ == Place::kMetadata) {
      require(header_.metadata.size() < kMostMetadata,
              {"the file's header has more than ", static_cast<Index>(kMostMetadata), " metadata"});
      refuse_twice(!header_.metadata.contains(key_), key_);
      return;
    }
    require(key_ == "dtype" || key_ == "shape" || key_ == "data_offsets",
            {"tensor ", shown(name_), " has a ", shown(key_), "; only dtype, shape and data_offsets are known"});
    bool& given = key_ == "dtype" ? has_type_ : key_ == "shape" ? has_shape_ : has_offsets_;
    refuse_twice(!std::exchange(given, true), key_);
  }

  void on_text(std::string&& text) override {
    if (place_ == Place::kMetadata) {
      header_.metadata.emplace(std::move(key_), std::move(text));
    } else if (place_ == Place::kTensor && key_ == "dtype") {
      const auto type = element_type(text);
      require(type.has_value(), {"tensor ", shown(name_), " is of type ", shown(text), ", which safetensors has not"});
      tensor_->type = *type;
    } else {
      refuse();
    }
  }

  void on_start_array() override {
    if (place_ != Place::kTensor || key_ == "dtype") refuse();
    place_ = key_ == "shape" ? Place::kShape : Place::kOffsets;
  }

  void on_whole_number(std::uint64_t number) override {
    if (place_ != Place::kShape && place_ != Place::kOffsets) refuse();
    require(number <= static_cast<std::uint64_t>(std::numeric_limits<Index>::max()),
            {"tensor ", shown(name_), ": its ", key_, " has ", std::to_string(number), ", which is too large"});
    std::vector<Index>& list = place_ == Place::kShape ? tensor_->shape : offsets_;
    const std::size_t most = place_ == Place::kShape ? kMostDimensions : 2;
    require(list.size() < most,
            {"tensor ", shown(name_), ": its ", key_, " has more than ", static_cast<Index>(most), " numbers"});
    list.push_back(static_cast<Index>(number));
  }

  void on_end_array() override { place_ = Place::kTensor; }

  void on_other() override { refuse(); }

  void on_end_object() override {
    if (place_ == Place::kTensor) end_tensor();
    place_ = Place::kTop;
  }

  void start_tensor() {
    const auto [entry, added] = header_.tensors.try_emplace(name_);
    refuse_twice(added, name_);
    tensor_ = &entry->second;
    has_type_ = has_shape_ = has_offsets_ = false;
    offsets_.clear();
  }

  void end_tensor() {
    require(has_type_ && has_shape_ && offsets_.size() == 2,
            {"tensor ", shown(name_), " lacks its dtype, shape or two data_offsets"});
    const Index room = static_cast<Index>(values_.size());
    const auto [begin, end] = std::pair(offsets_[0], offsets_[1]);
    require(begin <= end, {"tensor ", shown(name_), " begins at byte ", begin, " and ends before it, at ", end});
    const Index expected = bytes_of(name_, tensor_->type, tensor_->shape, room);
    require(end - begin == expected,
            {"tensor ", shown(name_), " takes ", end - begin, " bytes, but its shape asks for ", expected});
    require(end <= room,
            {"tensor ", shown(name_), " ends at byte ", end, ", but the file has ", room, " after its header"});
    tensor_->shape.shrink_to_fit();
    tensor_->bytes = values_.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(expected));
  }

  std::span<const std::byte> values_;
  SafetensorsHeader header_;
  Place place_ = Place::kStart;
  bool has_metadata_ = false;
  std::string name_;  // of a tensor, or __metadata__
  std::string key_;   // within it
  StoredTensor* tensor_ = nullptr;
  bool has_type_ = false;
  bool has_shape_ = false;
  bool has_offsets_ = false;
  std::vector<Index> offsets_;
};

}  // namespace

SafetensorsHeader read_header(std::string_view text, std::span<const std::byte> values) {
  require(text.starts_with('{'), {"the file's header does not begin with {"});
  HeaderReader reader(values);
  reader.read(text, "the file's header");
  return reader.take();
}

std::string write_header(const SafetensorsHeader& header) {
  std::string json = "{";
  const auto separate = [&] { json += json.back() == '{' ? "" : ","; };
  if (!header.metadata.empty()) {
    json += json_text(kMetadataName) + ":{";
    for (const auto& [key, value] : header.metadata) {
      separate();
      json += json_text(key) + ':' + json_text(value);
    }
    json += '}';
  }
  std::size_t end = 0;
  for (const auto& [name, tensor] : header.tensors) {
    separate();
    json += json_text(name) + ":{\"dtype\":\"" + name_of(tensor.type) + "\",\"shape\":[";
    const char* comma = "";
    for (const Index length : tensor.shape) {
      json += std::exchange(comma, ",");
      json += std::to_string(length);
    }
    const std::size_t begin = std::exchange(end, end + tensor.bytes.size());
    json += "],\"data_offsets\":[" + std::to_string(begin) + ',' + std::to_string(end) + "]}";
  }
  return json + '}';
}

}  // namespace heed
