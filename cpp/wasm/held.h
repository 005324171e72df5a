#pragma once

#include <emscripten/val.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

#include "guarded.h"

namespace heed::js {

/// A method for class_::function: `method(object, arguments…)` with the object held until it returns, because a property that is
/// read from an argument may be computed by JavaScript that deletes the object. All arguments are JavaScript's values: numbers and
/// texts would be converted, which may be computed too, before the object is held.
template <auto method>
struct Held;

template <typename Result, typename Class, typename... Arguments, Result (*method)(Class&, Arguments...)>
struct Held<method> {
  static_assert((std::is_base_of_v<emscripten::val, std::remove_cvref_t<Arguments>> && ...));

  static Result call(std::shared_ptr<std::remove_const_t<Class>> object, Arguments... arguments) {
    if (!object) guarded([] { throw std::invalid_argument("the method was called without its object"); });
    return method(*object, arguments...);
  }
};

template <auto method>
inline constexpr auto held = &Held<method>::call;

}  // namespace heed::js
