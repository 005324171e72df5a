#include "heed/model/families/family.h"

#include <map>

#include "heed/model/families/families.h"

namespace heed {
namespace {

using ReadFamily = ArchitectureConfig (*)(const Fields&, const Weights&);

const std::map<std::string, ReadFamily, std::less<>>& table() {
  static const std::map<std::string, ReadFamily, std::less<>> table{
      {"albert", families::albert},
      {"bart", families::bart},
      {"bert", families::bert},
      {"bloom", families::bloom},
      {"camembert", families::roberta},
      {"clip_text_model", families::clip_text},
      {"cohere", families::cohere},
      {"deberta-v2", families::deberta_v2},
      {"dinov2", families::dinov2},
      {"distilbert", families::distilbert},
      {"electra", families::electra},
      {"falcon", families::falcon},
      {"gemma", families::gemma},
      {"gemma2", families::gemma2},
      {"gemma3_text", families::gemma3},
      {"gpt2", families::gpt2},
      {"gpt_bigcode", families::gpt_bigcode},
      {"gpt_neo", families::gpt_neo},
      {"gpt_neox", families::gpt_neox},
      {"gptj", families::gptj},
      {"granite", families::granite},
      {"llama", families::llama},
      {"marian", families::marian},
      {"mistral", families::mistral},
      {"modernbert", families::modernbert},
      {"mpnet", families::mpnet},
      {"mpt", families::mpt},
      {"mt5", families::t5},
      {"olmo", families::olmo},
      {"olmo2", families::olmo2},
      {"opt", families::opt},
      {"phi", families::phi},
      {"phi3", families::phi3},
      {"qwen2", families::qwen2},
      {"qwen3", families::qwen3},
      {"roberta", families::roberta},
      {"smollm3", families::smollm3},
      {"stablelm", families::stablelm},
      {"starcoder2", families::starcoder2},
      {"t5", families::t5},
      {"vit", families::vit},
      {"xlm-roberta", families::roberta},
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
