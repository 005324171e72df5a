#include "heed/training/safetensors_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "heed/message.h"

namespace heed {
namespace {

constexpr const char* kMetadata = "__metadata__";
constexpr std::size_t kMostDimensions = 32;
constexpr std::size_t kMostMetadata = 512;
/// As StoredAs numbers them.
constexpr std::array<const char*, 4> kTypes{"F16", "BF16", "F32", "F64"};

std::string quoted(const std::string& text) {
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

std::string utf8(std::uint32_t code) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

/// Reads a header from left to right; its depth is that of the grammar.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  SafetensorsHeader header() {
    require(!text_.empty() && text_[0] == '{', {"the file's header does not begin with {"});
    SafetensorsHeader header;
    bool has_metadata = false;
    members([&](std::string&& name) {
      if (name == kMetadata) {
        refuse_twice(!has_metadata, name);
        has_metadata = true;
        metadata(header);
        return;
      }
      const auto [place, added] = header.tensors.try_emplace(std::move(name));
      refuse_twice(added, place->first);
      place->second = entry(place->first);
    });
    skip_spaces();
    if (next_ != text_.size()) refuse("the end");
    return header;
  }

 private:
  [[noreturn]] void refuse(const char* expected) const {
    throw std::invalid_argument(
        message({"the file's header is damaged: ", expected, " was expected at its byte ", static_cast<Index>(next_)}));
  }

  static void refuse_twice(bool first, const std::string& name) {
    require(first, {"the file's header names ", name, " twice"});
  }

  void skip_spaces() {
    while (next_ < text_.size() && std::string_view(" \t\r\n").find(text_[next_]) != std::string_view::npos) ++next_;
  }

  bool accept(char c) {
    skip_spaces();
    if (next_ == text_.size() || text_[next_] != c) return false;
    ++next_;
    return true;
  }

  void expect(char c, const char* name) {
    if (!accept(c)) refuse(name);
  }

  /// { "key": …, … }: calls `value` with each key, to read what follows it.
  template <typename Value>
  void members(Value value) {
    expect('{', "{");
    if (accept('}')) return;
    do {
      std::string key = string();
      expect(':', ":");
      value(std::move(key));
    } while (accept(','));
    expect('}', ", or }");
  }

  void metadata(SafetensorsHeader& header) {
    members([&](std::string&& key) {
      require(header.metadata.size() < kMostMetadata,
              {"the file's header has more than ", static_cast<Index>(kMostMetadata), " metadata"});
      const auto [place, added] = header.metadata.try_emplace(std::move(key));
      refuse_twice(added, place->first);
      place->second = string();
    });
  }

  std::vector<Index> numbers(std::size_t most) {
    std::vector<Index> list;
    expect('[', "[");
    if (accept(']')) return list;
    do {
      if (list.size() == most) refuse("]");
      list.push_back(number());
    } while (accept(','));
    expect(']', ", or ]");
    return list;
  }

  Index number() {
    skip_spaces();
    Index value = 0;
    const char* begin = text_.data() + next_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    const bool leading_zero = end - begin > 1 && *begin == '0';
    if (error != std::errc{} || *begin == '-' || leading_zero) refuse("a whole number of 0 or more");
    next_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  std::string string() {
    expect('"', "a string");
    std::string value;
    while (next_ < text_.size() && text_[next_] != '"') {
      const char c = text_[next_];
      if (static_cast<unsigned char>(c) < 0x20) refuse("a character");
      ++next_;
      value += c == '\\' ? escaped() : std::string{c};
    }
    expect('"', "\"");
    return value;
  }

  std::string escaped() {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (next_ == text_.size()) refuse("an escape");
    const std::size_t letter = kLetters.find(text_[next_]);
    if (letter != std::string_view::npos) {
      ++next_;
      return {kMeanings[letter]};
    }
    if (text_[next_] != 'u') refuse("an escape");
    std::uint32_t code = unit();
    if (code >= 0xD800 && code < 0xDC00) {
      if (next_ == text_.size() || text_[next_] != '\\') refuse("the other half of a surrogate pair");
      ++next_;
      const std::uint32_t low = unit();
      if (low < 0xDC00 || low >= 0xE000) refuse("the other half of a surrogate pair");
      return utf8(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
    }
    if (code >= 0xDC00 && code < 0xE000) refuse("the first half of a surrogate pair");
    return utf8(code);
  }

  /// u and four hexadecimal digits.
  std::uint32_t unit() {
    if (text_.size() - next_ < 5 || text_[next_] != 'u') refuse("u and four hexadecimal digits");
    std::uint32_t code = 0;
    const char* begin = text_.data() + next_ + 1;
    const auto [end, error] = std::from_chars(begin, begin + 4, code, 16);
    if (error != std::errc{} || end != begin + 4) refuse("u and four hexadecimal digits");
    next_ += 5;
    return code;
  }

  static StoredAs type(const std::string& name, const std::string& dtype) {
    const auto found = std::ranges::find(kTypes, dtype);
    require(found != kTypes.end(),
            {"tensor ", name, " is of type ", dtype, "; only F16, BF16, F32 and F64 can be read"});
    return static_cast<StoredAs>(found - kTypes.begin());
  }

  SafetensorsHeader::Entry entry(const std::string& name) {
    SafetensorsHeader::Entry entry;
    std::vector<Index> offsets;
    std::array<bool, 3> given{};
    const auto once = [&](std::size_t i, const std::string& key) {
      refuse_twice(!given[i], key);
      given[i] = true;
    };
    members([&](std::string&& key) {
      if (key == "dtype") {
        once(0, key);
        entry.type = type(name, string());
      } else if (key == "shape") {
        once(1, key);
        entry.shape = numbers(kMostDimensions);
      } else if (key == "data_offsets") {
        once(2, key);
        offsets = numbers(2);
      } else {
        refuse("dtype, shape or data_offsets");
      }
    });
    require(std::ranges::count(given, true) == 3 && offsets.size() == 2,
            {"tensor ", name, " lacks its dtype, shape or two data_offsets"});
    require(offsets[0] <= offsets[1],
            {"tensor ", name, " begins at byte ", offsets[0], " and ends before it, at ", offsets[1]});
    entry.begin = offsets[0];
    entry.end = offsets[1];
    return entry;
  }

  std::string_view text_;
  std::size_t next_ = 0;
};

}  // namespace

std::string write_header(const SafetensorsHeader& header) {
  std::string json = "{";
  const auto separate = [&] { json += json.back() == '{' ? "" : ","; };
  if (!header.metadata.empty()) {
    json += quoted(kMetadata) + ":{";
    for (const auto& [key, value] : header.metadata) {
      separate();
      json += quoted(key) + ':' + quoted(value);
    }
    json += '}';
  }
  for (const auto& [name, entry] : header.tensors) {
    separate();
    json += quoted(name) + ":{\"dtype\":" + quoted(kTypes[static_cast<std::size_t>(entry.type)]) + ",\"shape\":[";
    const char* comma = "";
    for (const Index length : entry.shape) {
      json += comma;
      json += std::to_string(length);
      comma = ",";
    }
    json += "],\"data_offsets\":[" + std::to_string(entry.begin) + ',' + std::to_string(entry.end) + "]}";
  }
  return json + '}';
}

SafetensorsHeader read_header(std::string_view text) { return Reader(text).header(); }

}  // namespace heed
