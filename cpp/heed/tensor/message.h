#pragma once

#include <initializer_list>
#include <string>

#include "heed/version.h"

namespace heed {

struct Shape;

/// A part of an error message, kept as what it is until the message is wanted: a check that holds builds no strings, and a
/// call to `message` is little code (streams would make up half of the WebAssembly module).
class MessagePart {
 public:
  // NOLINTBEGIN(google-explicit-constructor): parts are listed as they are
  /// Words, which must outlive the part.
  MessagePart(const char* words) : kind_(Kind::kWords), words_(words) {}
  /// The same of a string.
  MessagePart(const std::string& words) : MessagePart(words.c_str()) {}
  /// A whole number, written in decimal.
  MessagePart(int number) : MessagePart(static_cast<long long>(number)) {}
  /// The same of a larger type.
  MessagePart(long number) : MessagePart(static_cast<long long>(number)) {}
  /// The same of the largest.
  MessagePart(long long number) : kind_(Kind::kWhole), whole_(number) {}
  /// A real number, written with six digits.
  MessagePart(double number) : kind_(Kind::kReal), real_(number) {}
  /// A shape, written as (batch, heads, length, dim).
  MessagePart(const Shape& shape) : kind_(Kind::kShape), shape_(&shape) {}
  // NOLINTEND(google-explicit-constructor)

  /// As it stands in the message.
  [[nodiscard]] std::string text() const;

 private:
  enum class Kind { kWords, kWhole, kReal, kShape } kind_;
  union {
    const char* words_;
    long long whole_;
    double real_;
    const Shape* shape_;
  };
};

/// The parts one after the other: message({"K has ", 7, " rows"}).
[[nodiscard]] std::string message(std::initializer_list<MessagePart> parts);

/// Throws std::invalid_argument with the message of `otherwise` unless `holds`.
void require(bool holds, std::initializer_list<MessagePart> otherwise);

}  // namespace heed
