#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// A value of a configuration file.
struct FieldValue {
  /// Fields by name.
  using Object = std::map<std::string, FieldValue, std::less<>>;
  /// Values in their order.
  using List = std::vector<FieldValue>;
  /// std::monostate is null. Numbers without a fraction or exponent are whole.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> value;
};

/// The fields of a configuration, read with the values that transformers takes for absent ones. A field that is null counts as
/// absent. All throw std::invalid_argument naming the field and its value: where it is absent and there is no default, where
/// it is of another type, or out of its range.
class Fields {
 public:
  /// Sizes above it are refused where no other limit is named.
  static constexpr Index kLargestSize = Index{1} << 24;

  /// Throws std::invalid_argument unless `value` is an object; `name` is what errors call it.
  explicit Fields(FieldValue value, std::string name = "config.json");

  /// Whether the field is there, and not null.
  [[nodiscard]] bool has(std::string_view field) const;
  /// Whether there are no fields.
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  /// Whether the field is there and null: some fields mean something else by that than by being absent.
  [[nodiscard]] bool is_null(std::string_view field) const;
  /// The first of several names of a field that is there, or else the first of them.
  [[nodiscard]] std::string_view name_of(std::initializer_list<std::string_view> names) const;

  /// Whole numbers from `least` to `most`.
  [[nodiscard]] Index size(std::string_view field, std::optional<Index> absent = {}, Index least = 1,
                           Index most = kLargestSize) const;
  /// A number that single precision holds: 0, or of a size from 1.18e-38 to 3.4e38; `absent` where there is none.
  [[nodiscard]] double number(std::string_view field, std::optional<double> absent = {}) const;
  /// True or false; `absent` where it is not there.
  [[nodiscard]] bool flag(std::string_view field, std::optional<bool> absent = {}) const;
  /// A text; `absent` where there is none.
  [[nodiscard]] std::string text(std::string_view field, std::optional<std::string> absent = {}) const;

  /// A nested object; one without fields where it is absent.
  [[nodiscard]] Fields object(std::string_view field) const;
  /// Whole numbers; a single one is a list of itself. Empty where absent.
  [[nodiscard]] std::vector<Index> sizes(std::string_view field, Index least, Index most = kLargestSize) const;
  /// A list of such numbers. Empty where absent.
  [[nodiscard]] std::vector<double> numbers(std::string_view field) const;
  /// A list of texts. Empty where absent.
  [[nodiscard]] std::vector<std::string> texts(std::string_view field) const;
  /// The value as it is; null where the field is absent.
  [[nodiscard]] const FieldValue* find(std::string_view field) const;

  /// Throws unless the field is absent or has that value: for what is not supported at another.
  void require_flag(std::string_view field, bool only, std::string_view because) const;
  /// The same of a text that has to be one of several.
  void require_text(std::string_view field, std::initializer_list<std::string_view> only) const;

  /// "config.json: num_attention_heads is 5" as an error starts.
  [[nodiscard]] std::string describe(std::string_view field) const;
  /// Throws: what describe() says of the field, and why it is refused.
  [[noreturn]] void refuse(std::string_view field, std::string_view why) const;

 private:
  [[nodiscard]] const FieldValue& present(std::string_view field) const;

  FieldValue::Object fields_;
  std::string name_;
};

}  // namespace heed
