// libFuzzer's target: any text is read as a model's configuration, with the tensors of a model of the kind that it names, or refused.

#include <cstdint>
#include <map>
#include <string>

#include "../cpp/support/model_fixture.h"
#include "heed/io/json.h"
#include "heed/model/architecture/parse_fields.h"
#include "heed/model/families/family.h"

using namespace heed;
using heed::test::ModelFixture;

namespace {

struct Checkpoint {
  ModelFixture fixture;
  Weights weights;

  explicit Checkpoint(const std::string& name) : fixture(name), weights(read_model_files(fixture.files()).tensors) {}
};

/// One of each kind, by its model_type.
const std::map<std::string, Checkpoint>& checkpoints() {
  static const std::map<std::string, Checkpoint> all = [] {
    std::map<std::string, Checkpoint> made;
    for (const std::string& name : ModelFixture::names()) {
      const ModelFiles files = read_model_files(ModelFixture(name).files());
      made.try_emplace(parse_json(files.config, name).at("model_type").get<std::string>(), name);
    }
    return made;
  }();
  return all;
}

std::string model_type(const Json& config) {
  const auto type = config.is_object() ? config.find("model_type") : config.end();
  return type != config.end() && type->is_string() ? type->get<std::string>() : "";
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  (void)checkpoints();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto found = checkpoints().find(model_type(parse_json(text, "config.json")));
    const Checkpoint& checkpoint = found == checkpoints().end() ? checkpoints().begin()->second : found->second;
    (void)read_architecture(parse_fields(text), checkpoint.weights);
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
