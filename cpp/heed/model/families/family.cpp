#include "heed/model/families/family.h"

#include <map>

#include "heed/model/families/families.h"

namespace heed {
namespace {

using ReadFamily = ArchitectureConfig (*)(const Fields&, const Weights&);

const std::map<std::string, ReadFamily, std::less<>>& table() {
  static const std::map<std::string, ReadFamily, std::less<>> table{
      {"bert", families::bert},
      {"gpt2", families::gpt2},
      {"llama", families::llama},
      {"t5", families::t5},
  };
  return table;
}

}  // namespace

std::vector<std::string> supported_families() {
  std::vector<std::string> names;
  for (const auto& [name, read] : table()) names.push_back(name);
  return names;
}

ArchitectureConfig read_architecture(const Fields& fields, const Weights& weights) {
  const auto found = table().find(fields.text("model_type"));
  if (found == table().end()) {
    std::string supported;
    for (const std::string& name : supported_families()) supported += (supported.empty() ? "" : ", ") + name;
    fields.refuse("model_type", "this architecture is not supported. Supported: " + supported);
  }
  ArchitectureConfig architecture = found->second(fields, weights);
  check(architecture);
  return architecture;
}

}  // namespace heed
