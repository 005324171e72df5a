#include "heed/model/architecture/parse_fields.h"

#include <limits>
#include <utility>

#include "heed/io/detail/json.h"

namespace heed {
namespace {

FieldValue value_of(Json&& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return {json.get<bool>()};
    case Json::value_t::number_integer:
      return {json.get<std::int64_t>()};
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return {static_cast<double>(number)};
      return {static_cast<std::int64_t>(number)};
    }
    case Json::value_t::number_float:
      return {json.get<double>()};
    case Json::value_t::string:
      return {std::move(json.get_ref<std::string&>())};
    case Json::value_t::array: {
      FieldValue::List list;
      list.reserve(json.size());
      for (Json& each : json) list.push_back(value_of(std::move(each)));
      return {std::move(list)};
    }
    case Json::value_t::object: {
      FieldValue::Object object;
      for (auto& [field, each] : json.get_ref<Json::object_t&>()) object.emplace(field, value_of(std::move(each)));
      return {std::move(object)};
    }
    default:
      return {};
  }
}

}  // namespace

Fields parse_fields(std::string_view text, const std::string& name) {
  return Fields(value_of(parse_json(text, name)), name);
}

}  // namespace heed
