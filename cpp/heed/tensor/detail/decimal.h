#pragma once

#include <optional>
#include <string>

namespace heed {

/// As printf's %g writes a number with so many significant digits, with a point in every locale.
[[nodiscard]] std::string decimal_text(double number, int digits);

/// The same with no more digits than it takes to read the same number, and at least 6.
[[nodiscard]] std::string shortest_decimal(double number);

/// The number that `text` is from its first to its last character; nothing where it is no decimal number.
[[nodiscard]] std::optional<double> decimal_number(const std::string& text);

}  // namespace heed
