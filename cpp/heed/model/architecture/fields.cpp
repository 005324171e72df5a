#include "heed/model/architecture/fields.h"

#include <cmath>
#include <utility>

#include "heed/io/detail/shown.h"
#include "heed/tensor/detail/single_precision.h"

namespace heed {
namespace {

constexpr double kLargestWhole = 9007199254740992;  // 2^53: beyond it doubles skip whole numbers

std::string quoted(std::string_view text) { return '"' + std::string(text.substr(0, 60)) + '"'; }

/// What an error shows of a value.
std::string shown(const FieldValue& field) {
  struct Show {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return message({value}); }
    std::string operator()(const std::string& value) const { return quoted(value); }
    std::string operator()(const FieldValue::List& value) const { return "a list of " + std::to_string(value.size()); }
    std::string operator()(const FieldValue::Object& value) const {
      return "an object of " + std::to_string(value.size()) + " fields";
    }
  };
  return std::visit(Show{}, field.value);
}

/// A whole number, written 12 or 12.0.
std::optional<std::int64_t> whole(const FieldValue& field) {
  if (const auto* integer = std::get_if<std::int64_t>(&field.value)) return *integer;
  const auto* number = std::get_if<double>(&field.value);
  if (number == nullptr || std::abs(*number) > kLargestWhole || std::floor(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

/// A number that stays what it is, but for rounding, where a model computes with it in single precision.
std::optional<double> real(const FieldValue& field) {
  if (const auto* integer = std::get_if<std::int64_t>(&field.value)) return static_cast<double>(*integer);
  const auto* number = std::get_if<double>(&field.value);
  if (number == nullptr) return std::nullopt;
  return is_held_in_single_precision(*number) ? std::optional(*number) : std::nullopt;
}

}  // namespace

Fields::Fields(FieldValue value, std::string name) : name_(std::move(name)) {
  auto* object = std::get_if<FieldValue::Object>(&value.value);
  require(object != nullptr, {name_, " is ", shown(value), "; it must be an object"});
  fields_ = std::move(*object);
}

const FieldValue* Fields::find(std::string_view field) const {
  const auto found = fields_.find(field);
  if (found == fields_.end() || std::holds_alternative<std::monostate>(found->second.value)) return nullptr;
  return &found->second;
}

bool Fields::has(std::string_view field) const { return find(field) != nullptr; }

bool Fields::is_null(std::string_view field) const { return !has(field) && fields_.find(field) != fields_.end(); }

std::string_view Fields::name_of(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (has(name)) return name;
  return *names.begin();
}

const FieldValue& Fields::present(std::string_view field) const {
  const FieldValue* found = find(field);
  require(found != nullptr, {name_, " has no ", std::string(field)});
  return *found;
}

std::string Fields::describe(std::string_view field) const {
  const auto found = fields_.find(field);
  return name_ + ": " + std::string(field) + " is " + (found == fields_.end() ? "absent" : shown(found->second));
}

void Fields::refuse(std::string_view field, std::string_view why) const {
  throw std::invalid_argument(describe(field) + "; " + std::string(why));
}

Index Fields::size(std::string_view field, std::optional<Index> absent, Index least, Index most) const {
  if (absent && !has(field)) return *absent;
  const std::optional<std::int64_t> value = whole(present(field));
  if (!value || *value < least || *value > most)
    refuse(field, message({"it must be a whole number from ", least, " to ", most}));
  return static_cast<Index>(*value);
}

double Fields::number(std::string_view field, std::optional<double> absent) const {
  if (absent && !has(field)) return *absent;
  const std::optional<double> value = real(present(field));
  if (!value) refuse(field, message({"it must be a number, ", kHeldNumbers}));
  return *value;
}

bool Fields::flag(std::string_view field, std::optional<bool> absent) const {
  if (absent && !has(field)) return *absent;
  const auto* value = std::get_if<bool>(&present(field).value);
  if (value == nullptr) refuse(field, "it must be true or false");
  return *value;
}

std::string Fields::text(std::string_view field, std::optional<std::string> absent) const {
  if (absent && !has(field)) return *absent;
  const auto* value = std::get_if<std::string>(&present(field).value);
  if (value == nullptr) refuse(field, "it must be a text");
  return *value;
}

Fields Fields::object(std::string_view field) const {
  const FieldValue* found = find(field);
  const std::string name = name_ + ": " + std::string(field);
  return found == nullptr ? Fields(FieldValue{FieldValue::Object{}}, name) : Fields(*found, name);
}

std::vector<Index> Fields::sizes(std::string_view field, Index least, Index most) const {
  const FieldValue* found = find(field);
  if (found == nullptr) return {};
  const auto* list = std::get_if<FieldValue::List>(&found->value);
  std::vector<Index> result;
  for (const FieldValue& each : list == nullptr ? FieldValue::List{*found} : *list) {
    const std::optional<std::int64_t> value = whole(each);
    require(value && *value >= least && *value <= most, {name_, ": ", std::string(field), " has ", shown(each),
                                                         "; it must be whole numbers from ", least, " to ", most});
    result.push_back(static_cast<Index>(*value));
  }
  return result;
}

std::vector<double> Fields::numbers(std::string_view field) const {
  const FieldValue* found = find(field);
  if (found == nullptr) return {};
  const auto* list = std::get_if<FieldValue::List>(&found->value);
  if (list == nullptr) refuse(field, "it must be a list of numbers");
  std::vector<double> result;
  for (const FieldValue& each : *list) {
    const std::optional<double> value = real(each);
    require(value.has_value(), {name_, ": ", std::string(field), " has ", shown(each),
                                "; it must be a list of numbers, each ", kHeldNumbers});
    result.push_back(*value);
  }
  return result;
}

std::vector<std::string> Fields::texts(std::string_view field) const {
  const FieldValue* found = find(field);
  if (found == nullptr) return {};
  const auto* list = std::get_if<FieldValue::List>(&found->value);
  if (list == nullptr) refuse(field, "it must be a list of texts");
  std::vector<std::string> result;
  for (const FieldValue& each : *list) {
    const auto* value = std::get_if<std::string>(&each.value);
    require(value != nullptr, {name_, ": ", std::string(field), " has ", shown(each), "; it must be a list of texts"});
    result.push_back(*value);
  }
  return result;
}

void Fields::require_flag(std::string_view field, bool only, std::string_view because) const {
  if (flag(field, only) != only) refuse(field, because);
}

void Fields::require_text(std::string_view field, std::initializer_list<std::string_view> only) const {
  if (!has(field)) return;
  const std::string value = text(field);
  std::string supported;
  for (const std::string_view each : only) {
    if (value == each) return;
    supported += (supported.empty() ? "" : ", ") + quoted(each);
  }
  refuse(field, "supported: " + supported);
}

}  // namespace heed
