// Files are kept for as long as weights are read where they lie in them.

#include "heed/model/load_model.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "../support/loaded_fixture.h"

using namespace heed;
using heed::test::LoadedFixture;
using heed::test::ModelFixture;
using heed::test::output_of;

namespace {

/// Copies of a fixture's files. When nothing owns one any more, all of its bytes become 0xFF, which is NaN in every type.
std::vector<ModelFile> owned_files(const ModelFixture& fixture, std::vector<std::vector<std::byte>>& memory) {
  std::vector<ModelFile> files;
  memory.reserve(fixture.files().size());
  for (const ModelFile& file : fixture.files()) {
    std::vector<std::byte>& bytes = memory.emplace_back(file.bytes.begin(), file.bytes.end());
    const auto erase = [&bytes](const void*) { std::memset(bytes.data(), 0xFF, bytes.size()); };
    files.push_back({file.name, bytes, std::shared_ptr<const void>(bytes.data(), erase)});
  }
  return files;
}

}  // namespace

TEST_CASE("a model whose weights were all converted needs its files no more", "[models]") {
  for (const std::string& name : ModelFixture::supported())
    for (const ElementType as : {ElementType::kF32, ElementType::kQ8, ElementType::kQ4}) {
      const LoadedFixture kept(name);
      std::vector<std::vector<std::byte>> memory;
      const LoadedModel loaded = load_model(read_model_files(owned_files(kept.fixture, memory)), as);
      const LoadedModel same = load_model(read_model_files(kept.fixture.files()), as);
      CAPTURE(name, name_of(as));
      // Blocks are made of every matrix; float32 stays where it lies.
      if (as != ElementType::kF32) CHECK_FALSE(loaded.model.uses_files());
      CHECK(loaded.files.empty() == !loaded.model.uses_files());
      CHECK(output_of(loaded.model.forward(kept.input())).data == output_of(same.model.forward(kept.input())).data);
    }
}

TEST_CASE("a model whose weights stay as they are stored keeps its files", "[models]") {
  const LoadedFixture kept("gpt2");
  std::vector<std::vector<std::byte>> memory;
  const LoadedModel loaded = load_model(read_model_files(owned_files(kept.fixture, memory)));
  CHECK(loaded.model.uses_files());
  CHECK(loaded.files.size() == 1);
  CHECK(output_of(loaded.model.forward(kept.input())).data == output_of(kept.model().forward(kept.input())).data);
}
