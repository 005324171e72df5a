#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace heed::test {

/// The numbers on the line `name` of a fixture file: each line holds a name, a shape, and numbers
/// (tests/fixtures/notebook.py).
inline std::vector<double> fixture(const std::string& file, const std::string& name) {
  std::ifstream stream(std::string(HEED_FIXTURES) + "/" + file);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != name) continue;
    words >> word;
    std::vector<double> numbers;
    for (double number = 0; words >> number;) numbers.push_back(number);
    return numbers;
  }
  throw std::runtime_error(file + " has no line " + name);
}

}  // namespace heed::test
