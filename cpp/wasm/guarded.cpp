#include "guarded.h"

#include <emscripten/val.h>

#include <new>
#include <stdexcept>

#include "heed/tensor/tensor.h"

namespace heed::js {
namespace {

constexpr const char* kNoMemory = "there is not enough memory for this";

}  // namespace

Failure failure_in_hand() {
  try {
    throw;
  } catch (const OutOfMemory& error) {
    return {"RangeError", error.what()};
  } catch (const std::bad_alloc&) {
    return {"RangeError", kNoMemory};
  } catch (const std::length_error&) {  // of a vector that cannot be so long
    return {"RangeError", kNoMemory};
  } catch (const std::exception& error) {
    return {"Error", error.what()};
  }
}

void throw_to_js(const Failure& failure) {
  emscripten::val::global(failure.type).new_(failure.why).throw_();
  __builtin_unreachable();
}

}  // namespace heed::js
