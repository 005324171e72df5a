#pragma once

#include <emscripten/val.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "heed/tensor/tensor.h"

namespace heed::js {

inline constexpr const char* kNoMemory = "there is not enough memory for this";

/// Runs `body`; what it throws is thrown on as a JavaScript error.
template <typename Body>
auto guarded(Body&& body) -> decltype(body()) {
  std::string why;
  const char* type = "Error";
  try {
    return body();
  } catch (const OutOfMemory& error) {
    type = "RangeError";
    why = error.what();
  } catch (const std::bad_alloc&) {
    type = "RangeError";
    why = kNoMemory;
  } catch (const std::length_error&) {  // of a vector that cannot be so long
    type = "RangeError";
    why = kNoMemory;
  } catch (const std::exception& error) {
    why = error.what();
  }
  emscripten::val::global(type).new_(why).throw_();
  __builtin_unreachable();
}

}  // namespace heed::js
