#include "explain/notebook.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdio>
#include <string>

#include "../support/close_to.h"
#include "../support/fixture.h"
#include "heed/attention/metrics/weight_statistics.h"

using namespace heed;
using namespace heed::explain;
using Catch::Matchers::Message;
using heed::test::close_to;
using heed::test::fixture;

namespace {

constexpr double kTolerance = 1e-6;  // float32 against NumPy's float64, numbers up to 2

std::string printed(double number, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

}  // namespace

TEST_CASE("The source experiment agrees with NumPy in every number", "[notebook]") {
  const auto [file, options] =
      GENERATE(std::pair{"notebook.txt", NotebookOptions{}},
               std::pair{"notebook-seed-7.txt", NotebookOptions{.tokens = 5, .d_model = 12, .heads = 3, .seed = 7}});
  const bool weights = GENERATE(true, false);
  const auto check = [&, from = std::string(file)](const std::string& name, const Tensor<float>& tensor) {
    INFO(from << " " << name);
    CHECK_THAT(tensor.data, close_to(fixture(from, name), kTolerance));
  };
  const auto check_result = [&](const std::string& name, const AttentionResult<float>& result) {
    if (weights) check(name + ".weights", result.weights);
    check(name + ".entropy", result.entropy);
  };

  const auto notebook = make_notebook<float>(options);
  check("x", notebook.x);
  check("w_query", notebook.weights.w_query);
  check("w_key", notebook.weights.w_key);
  check("w_value", notebook.weights.w_value);
  check("w_output", notebook.weights.w_output);

  AttentionOptions<float> chosen;
  chosen.weights = weights;
  const auto single = attention(notebook.x, notebook.x, notebook.x, chosen);
  check("single.output", single.output);
  check_result("single", single);
  const auto multi = multi_head_attention<float>(notebook.x, notebook.weights, chosen);
  check("multi.output", multi.output);
  check_result("multi", multi.attention);
  chosen.causal = true;
  const auto causal = attention(notebook.x, notebook.x, notebook.x, chosen);
  check("causal.output", causal.output);
  check_result("causal", causal);
}

TEST_CASE("The source experiment prints what the notebook printed", "[notebook]") {
  const auto notebook = make_notebook<float>();
  AttentionOptions<float> options;
  options.weights = true;
  const auto single = attention(notebook.x, notebook.x, notebook.x, options);
  const auto statistics = weight_statistics<float>(single.weights.data, single.entropy.data);
  CHECK(printed(statistics.mean, 4) == "0.1250");
  CHECK(printed(statistics.largest, 4) == "0.8964");
  CHECK(printed(statistics.smallest, 4) == "0.0135");
  CHECK(printed(statistics.mean_entropy, 4) == "0.5858");

  const auto heads = attention(notebook.heads.query, notebook.heads.key, notebook.heads.value, options);
  const char* largest[] = {"0.4718", "0.3527", "0.6292", "0.3682"};
  const char* entropy[] = {"1.9182", "1.9323", "1.7070", "1.8562"};
  for (Index h = 0; h < 4; ++h) {
    const auto of_head = weight_statistics(std::span<const float>(heads.weights.head(0, h), 64),
                                           std::span<const float>(heads.entropy.head(0, h), 8));
    CHECK(printed(of_head.largest, 4) == largest[h]);
    CHECK(printed(of_head.mean_entropy, 4) == entropy[h]);
  }
}

TEST_CASE("One token attends to itself", "[notebook]") {
  const auto notebook = make_notebook<float>({.tokens = 1, .d_model = 4, .heads = 2});
  const auto result = attention(notebook.heads.query, notebook.heads.key, notebook.heads.value);
  CHECK_THAT(result.output.data, close_to(notebook.heads.value.data, 0));
}

TEST_CASE("An impossible experiment is refused with its values", "[notebook][errors]") {
  const auto refuses = [](const NotebookOptions& options, const char* with) {
    CHECK_THROWS_MATCHES(make_notebook<float>(options), std::invalid_argument, Message(with));
  };
  refuses({.tokens = 0}, "there are 0 tokens; there must be at least 1");
  refuses({.d_model = 0}, "d_model is 0; it must be at least 1");
  refuses({.heads = 5}, "d_model 64 is not divisible by 5 heads");
}

TEST_CASE("An experiment too large for memory is refused", "[notebook][errors][memory]") {
  CHECK_THROWS_AS(make_notebook<float>({.tokens = Index{1} << 30, .d_model = Index{1} << 30}), OutOfMemory);
}
