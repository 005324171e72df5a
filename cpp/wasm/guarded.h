#pragma once

#include <exception>
#include <string>

namespace heed::js {

/// What JavaScript is told of an exception.
struct Failure {
  const char* type = "Error";  ///< the JavaScript error's constructor
  std::string why;
};

/// Of the exception that is being handled. One function for all: the handlers are longer than most of what they are for.
[[nodiscard]] Failure failure_in_hand();

[[noreturn]] void throw_to_js(const Failure& failure);

/// Runs `body`; what it throws is thrown on as a JavaScript error.
template <typename Body>
auto guarded(Body&& body) -> decltype(body()) {
  Failure failure;
  try {
    return body();
  } catch (const std::exception&) {
    failure = failure_in_hand();
  }
  // Here, where the exception has been freed.
  throw_to_js(failure);
}

}  // namespace heed::js
