#include "heed/model/architecture/rotary_config.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace heed {
namespace {

/// θ^(−2i/dim) of the pairs i.
std::vector<double> default_frequencies(double theta, Index dim) {
  std::vector<double> frequencies;
  for (Index i = 0; i < dim; i += 2)
    frequencies.push_back(std::pow(theta, -static_cast<double>(i) / static_cast<double>(dim)));
  return frequencies;
}

/// Frequencies whose wavelength is long against the text of the training are divided by the factor (A. Grattafiori et al., "The
/// Llama 3 Herd of Models", 2024); in between they change smoothly.
void scale_as_llama3(std::vector<double>& frequencies, const Fields& parameters) {
  const double factor = parameters.number("factor");
  const double low = parameters.number("low_freq_factor");
  const double high = parameters.number("high_freq_factor");
  const auto original = static_cast<double>(parameters.size("original_max_position_embeddings"));
  if (!(factor > 0)) parameters.refuse("factor", "it must be above 0");
  if (!(low > 0)) parameters.refuse("low_freq_factor", "it must be above 0");
  if (!(high > low)) parameters.refuse("high_freq_factor", "it must be above low_freq_factor");
  for (double& frequency : frequencies) {
    const double wavelength = 2 * std::numbers::pi / frequency;
    const double smooth = std::clamp((original / wavelength - low) / (high - low), 0.0, 1.0);
    frequency = (1 - smooth) * frequency / factor + smooth * frequency;
  }
}

/// B. Peng et al., "YaRN: Efficient Context Window Extension of Large Language Models", 2023, sections 3.2 and 3.4.
float scale_as_yarn(std::vector<double>& frequencies, const Fields& fields, const Fields& parameters, double theta,
                    double dim) {
  const Index positions = fields.size("max_position_embeddings", 2048);
  const auto original = static_cast<double>(
      parameters.size("original_max_position_embeddings", fields.size("original_max_position_embeddings", positions)));
  const double factor = parameters.number("factor", static_cast<double>(positions) / original);
  if (!(factor > 0)) parameters.refuse("factor", "it must be above 0");
  const double fast = parameters.number("beta_fast", 32.0);
  const double slow = parameters.number("beta_slow", 1.0);
  if (!(fast > 0)) parameters.refuse("beta_fast", "it must be above 0");
  if (!(slow > 0)) parameters.refuse("beta_slow", "it must be above 0");
  // The pair that turns that often over the original length.
  const auto pair_of = [&](double turns) {
    return dim * std::log(original / (turns * 2 * std::numbers::pi)) / (2 * std::log(theta));
  };
  double low = pair_of(fast);
  double high = pair_of(slow);
  if (parameters.flag("truncate", true)) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, dim - 1);
  if (low == high) high += 0.001;
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double interpolated = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
    frequencies[i] *= interpolated / factor + (1 - interpolated);
  }
  const auto magnitude = [&](double scale) { return factor <= 1 ? 1 : 0.1 * scale * std::log(factor) + 1; };
  const double mscale = parameters.number("mscale", 0.0);
  const double mscale_all = parameters.number("mscale_all_dim", 0.0);
  const double usual = mscale != 0 && mscale_all != 0 ? magnitude(mscale) / magnitude(mscale_all) : magnitude(1);
  return static_cast<float>(parameters.number("attention_factor", usual));
}

/// Y. Ding et al., "LongRoPE: Extending LLM Context Window Beyond 2 Million Tokens", 2024.
void scale_as_longrope(RotaryConfig& rotary, const std::vector<double>& frequencies, const Fields& fields,
                       const Fields& parameters) {
  const Index positions = fields.size("max_position_embeddings");
  const Index original =
      parameters.size("original_max_position_embeddings", fields.size("original_max_position_embeddings", positions));
  const double factor = parameters.number("factor", static_cast<double>(positions) / static_cast<double>(original));
  const double usual = factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(static_cast<double>(original)));
  rotary.factor = static_cast<float>(parameters.number("attention_factor", usual));
  rotary.long_from = original;
  const auto divided = [&](const char* name) {
    const std::vector<double> factors = parameters.numbers(name);
    if (factors.size() != frequencies.size())
      parameters.refuse(name, message({"it must be a list of ", static_cast<Index>(frequencies.size())}));
    std::vector<float> result;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (!(factors[i] > 0)) parameters.refuse(name, "its numbers must be above 0");
      result.push_back(static_cast<float>(frequencies[i] / factors[i]));
    }
    return result;
  };
  rotary.frequencies = divided("short_factor");
  rotary.long_frequencies = divided("long_factor");
}

}  // namespace

RotaryConfig rotary_config(const Fields& fields, const Fields& parameters, const RotaryDefaults& defaults) {
  const double theta = parameters.number("rope_theta", defaults.theta);
  if (!(theta > 1)) throw std::invalid_argument(message({"rope_theta is ", theta, "; it must be above 1"}));
  const double partial = parameters.number("partial_rotary_factor", defaults.partial);
  // An odd number has one pair more than half of it, as transformers counts.
  const Index dim = saturating_whole(static_cast<double>(defaults.head_dim) * partial);
  if (!(partial > 0) || partial > 1 || dim < 1 || dim % 2 > defaults.head_dim - dim)
    parameters.refuse("partial_rotary_factor",
                      message({dim, " of a head's ", defaults.head_dim, " components cannot be rotated in pairs"}));
  const std::string type = parameters.text("rope_type", parameters.text("type", "default"));
  std::vector<double> frequencies = default_frequencies(theta, dim);
  RotaryConfig rotary;
  if (type == "linear") {
    const double factor = parameters.number("factor");
    if (!(factor > 0)) parameters.refuse("factor", "it must be above 0");
    for (double& frequency : frequencies) frequency /= factor;
  } else if (type == "llama3") {
    scale_as_llama3(frequencies, parameters);
  } else if (type == "yarn") {
    rotary.factor = scale_as_yarn(frequencies, fields, parameters, theta, static_cast<double>(dim));
  } else if (type == "longrope" || type == "su") {
    scale_as_longrope(rotary, frequencies, fields, parameters);
    return rotary;
  } else if (type != "default" &&
             type != "dynamic") {  // dynamic scaling begins beyond the context, where texts are refused
    parameters.refuse(parameters.has("rope_type") ? "rope_type" : "type",
                      "supported: default, linear, dynamic, llama3, yarn, longrope");
  }
  rotary.frequencies.assign(frequencies.begin(), frequencies.end());
  return rotary;
}

RotaryConfig rotary_config(const Fields& fields, const RotaryDefaults& defaults) {
  RotaryDefaults around = defaults;
  around.theta = fields.number("rope_theta", defaults.theta);
  around.partial = fields.number("partial_rotary_factor", defaults.partial);
  // The older name wins where both are given, as in transformers: it is what people add to a configuration.
  const Fields scaling = fields.object("rope_scaling");
  const Fields parameters = scaling.empty() ? fields.object("rope_parameters") : scaling;
  if (!defaults.layer_type.empty() && parameters.has(defaults.layer_type))
    return rotary_config(fields, parameters.object(defaults.layer_type), around);
  return rotary_config(fields, parameters, around);
}

}  // namespace heed
