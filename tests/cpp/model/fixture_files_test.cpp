#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "../support/model_fixture.h"

using namespace heed;
using heed::test::ModelFixture;

TEST_CASE("Every fixture's weights are drawn to the very bytes that the expected values were computed on", "[models]") {
  const std::vector<std::string> names = ModelFixture::names();
  CHECK(names.size() == 48);
  std::size_t all = 0;
  for (const std::string& name : names) {
    INFO(name);
    const ModelFixture fixture(name);
    CHECK(fixture.wrong_files().empty());
    const ModelFiles model = read_model_files(fixture.files());
    CHECK(model.config.find("\"model_type\"") != std::string::npos);
    CHECK(model.tensors.size() > 10);
    std::size_t size = 0;
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(HEED_FIXTURES) / "models" / name))
      size += file.file_size();
    CHECK(size <= 60'000);
    all += size;
  }
  CHECK(all <= 3'000'000);
}

TEST_CASE("The fixtures' files are those of the reference", "[models][reference]") {
  const char* folder = std::getenv("HEED_MODELS");
  if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / "hf"))
    SKIP("HEED_MODELS names no folder with the reference models");
  for (const std::string& name : ModelFixture::names()) {
    const ModelFixture fixture(name);
    for (const ModelFile& file : fixture.files()) {
      INFO(name << "/" << file.name);
      std::ifstream stream(std::filesystem::path(folder) / "hf" / name / file.name, std::ios::binary);
      const std::vector<char> original((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
      CHECK(std::ranges::equal(std::as_bytes(std::span(original)), file.bytes));
    }
  }
}
