#include "heed/model/families/family.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

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

/// Levenshtein's: how many letters are put in, taken out or replaced.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

/// A family's versions begin alike: "qwen2_moe" is near "qwen2". Other names are near where few letters differ: "mixtral", "mistral".
std::string nearest_family(std::string_view model_type) {
  constexpr std::ptrdiff_t kLeast = 3;
  const auto rank = [&](std::string_view name) {
    const auto alike = std::ranges::mismatch(model_type, name).in2 - name.begin();
    return std::pair(alike < kLeast ? 0 : -alike, edit_distance(model_type, name));
  };
  return std::ranges::min(supported_families(), {}, rank);
}

/// What transformers calls classes with a head: LlamaForSequenceClassification, CLIPTextModelWithProjection, GPT2LMHeadModel.
bool names_head(std::string_view class_name) {
  return class_name.find("For") != std::string_view::npos || class_name.ends_with("WithProjection") ||
         class_name.ends_with("LMHeadModel");
}

}  // namespace

std::vector<std::string> supported_families() {
  std::vector<std::string> names;
  for (const auto& [name, read] : table()) names.push_back(name);
  return names;
}

void require_family(const Fields& fields) {
  const std::string model_type = fields.text("model_type");
  if (table().contains(model_type)) return;
  std::string supported;
  for (const std::string& name : supported_families()) supported += (supported.empty() ? "" : ", ") + name;
  // A longer name than any there is would only take time.
  constexpr std::size_t kLongest = 100;
  fields.refuse("model_type", "this architecture is not supported. The nearest that is, by its name: " +
                                  nearest_family(std::string_view(model_type).substr(0, kLongest)) +
                                  ". Supported: " + supported);
}

ArchitectureConfig read_architecture(const Fields& fields, const Weights& weights) {
  require_family(fields);
  ArchitectureConfig architecture = table().find(fields.text("model_type"))->second(fields, weights);
  if (!architecture.head && names_head(architecture.architecture))
    architecture.why_no_head =
        "the head of " + architecture.architecture +
        " is not supported, or not among the tensors; the last hidden state takes the place of logits";
  check(architecture);
  return architecture;
}

}  // namespace heed
