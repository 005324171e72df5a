#include "heed/io/model_files.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "heed/io/detail/mapped_file.h"
#include "heed/io/detail/safetensors_index.h"
#include "heed/io/safetensors.h"

using namespace heed;

namespace {

/// Files by name, and the model that they are, or why they are none.
struct Folder {
  std::map<std::string, std::vector<std::byte>> files;

  void text(const std::string& name, const std::string& content) {
    const auto bytes = std::as_bytes(std::span(content));
    files[name] = {bytes.begin(), bytes.end()};
  }

  void weights(const std::string& name, const std::vector<std::string>& tensors) {
    Safetensors file;
    for (const std::string& tensor : tensors) file.tensors[tensor] = {{2}, {1, static_cast<float>(name.size())}};
    files[name] = write_safetensors(file);
  }

  [[nodiscard]] ModelFiles open() const {
    std::vector<ModelFile> list;
    for (const auto& [name, bytes] : files) list.push_back({name, bytes, nullptr});
    return read_model_files(list);
  }

  [[nodiscard]] std::string refusal() const {
    try {
      (void)open();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "read";
  }
};

constexpr const char* kIndex = "model.safetensors.index.json";

Folder sharded() {
  Folder folder;
  folder.text("config.json", "{}");
  folder.weights("a.safetensors", {"x", "y"});
  folder.weights("bb.safetensors", {"z"});
  folder.text(kIndex, R"({"metadata":{"total_size":24,"list":[{}]},)"
                      R"("weight_map":{"x":"a.safetensors","y":"a.safetensors","z":"bb.safetensors"}})");
  return folder;
}

/// A folder on disk, deleted at the end.
class DiskFolder {
 public:
  explicit DiskFolder(const Folder& folder) {
    for (const auto& [name, bytes] : folder.files)
      std::ofstream(path_ / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~DiskFolder() { std::filesystem::remove_all(path_); }
  DiskFolder(const DiskFolder&) = delete;
  DiskFolder& operator=(const DiskFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const { return (path_ / name).string(); }

 private:
  static std::filesystem::path make() {
    static int count = 0;
    auto path = std::filesystem::temp_directory_path() /
                ("heed-model-files-" + std::to_string(std::random_device{}()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(path);
    return path;
  }

  std::filesystem::path path_ = make();
};

}  // namespace

TEST_CASE("A model's weights are found in one file, or in several by their index", "[model files]") {
  Folder folder;
  folder.text("config.json", R"({"model_type":"gpt2"})");
  folder.text("generation_config.json", "{ }");
  folder.text("README.md", "not looked at");
  folder.weights("model.safetensors", {"x"});
  folder.weights("other.safetensors", {"x"});
  const ModelFiles single = folder.open();
  CHECK(single.config == R"({"model_type":"gpt2"})");
  CHECK(single.generation_config == "{ }");
  REQUIRE(single.tensors.size() == 1);
  // Where they lie: no copy was made.
  const auto& file = folder.files.at("model.safetensors");
  CHECK(single.tensors.at("x").bytes.data() == file.data() + file.size() - 8);

  const Folder several = sharded();
  const ModelFiles model = several.open();
  CHECK(model.tensors.size() == 3);
  CHECK(values_of(model.tensors.at("z"), "z") == std::vector<float>{1, 14});
  CHECK(model.generation_config.empty());

  // Without an index, all of them.
  Folder unlisted = sharded();
  unlisted.files.erase(kIndex);
  CHECK(unlisted.open().tensors.size() == 3);
}

TEST_CASE("Files and tensors that are missing, damaged or given twice are named", "[model files]") {
  const auto refused = [](auto change) {
    Folder folder = sharded();
    change(folder);
    return folder.refusal();
  };
  CHECK(refused([](Folder&) {}) == "read");
  CHECK(refused([](Folder& f) { f.files.erase("config.json"); }) ==
        "there is no config.json among the model's 3 files");
  CHECK(refused([](Folder& f) { f.files.erase("bb.safetensors"); }) ==
        "the index says that tensor z is in bb.safetensors, which is not among the files");
  CHECK(refused([](Folder& f) { f.weights("bb.safetensors", {"other"}); }) ==
        "the index says that tensor z is in bb.safetensors, but it is not");
  CHECK(refused([](Folder& f) { f.weights("bb.safetensors", {"x", "z"}); }) ==
        "tensor x is in a.safetensors and in bb.safetensors");
  CHECK(refused([](Folder& f) { f.files.at("bb.safetensors").pop_back(); }) ==
        "bb.safetensors: tensor z is larger than the file's 7 bytes of values");
  CHECK(refused([](Folder& f) { f.files.at("a.safetensors").clear(); }) ==
        "a.safetensors: the file has 0 bytes; the length of its header alone takes 8");
  CHECK(refused([](Folder& f) { f.files.at("config.json").resize((4 << 20) + 1); }) ==
        "config.json has 4194305 bytes; at most 4194304 are read");
  CHECK(refused([](Folder& f) { f.text(kIndex, R"({"weight_map":{}})"); }) ==
        "model.safetensors.index.json names no tensor");
  Folder bare;
  bare.text("config.json", "{}");
  CHECK(bare.refusal() == "there is no safetensors file among the model's 1 files");
  const std::vector<ModelFile> twice{{"config.json", {}, nullptr}, {"config.json", {}, nullptr}};
  CHECK_THROWS_WITH(read_model_files(twice), "there are two files named config.json");
}

TEST_CASE("An index says which file of the same folder holds a tensor, once", "[model files]") {
  const auto refused = [](const std::string& text) -> std::string {
    try {
      return std::to_string(read_safetensors_index(text, "index").size()) + " tensors";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  };
  CHECK(refused(R"({"metadata":{"a":[1,-2,{"weight_map":"b"}]},"weight_map":{"x":"f"},"note":null})") == "1 tensors");
  CHECK(refused("[]") == "index does not begin with {");
  CHECK(refused("1") == "index does not begin with {");
  CHECK(refused("{") == "index is not JSON from its byte 1 on");
  CHECK(refused("{}") == "index has no weight_map");
  for (const char* map : {"1", "null", "[]", "\"f\"", "-1", "true"})
    CHECK(refused(R"({"weight_map":)" + std::string(map) + "}") == "index: its weight_map is not { tensor: file }");
  for (const char* file : {"1", "null", "[]", "{}", "-1"})
    CHECK(refused(R"({"weight_map":{"x":)" + std::string(file) + "}}") ==
          "index maps tensor x to something that is not a file's name");
  for (const char* file : {"../f", "/etc/f", "a/f", "..", ".f", "c:f", ""})
    CHECK(refused(R"({"weight_map":{"x":")" + std::string(file) + "\"}}") ==
          "index maps tensor x to \"" + std::string(file) + "\", which is not a file of its folder");
  CHECK(refused(R"({"weight_map":{"x":"f","x":"f"}})") == "index names tensor x twice");
  CHECK(refused(R"({"weight_map":{"x":"f"},"weight_map":{}})") == "index names weight_map twice");
  CHECK(refused(R"({"metadata":)" + std::string(1000000, '[')) == "index is nested deeper than 64");
}

TEST_CASE("A folder's weights are mapped, and stay there as long as somebody holds them", "[model files]") {
  std::map<std::string, StoredTensor> tensors;
  std::vector<std::shared_ptr<const void>> owners;
  {
    const DiskFolder folder(sharded());
    ModelFiles model = open_model_folder(folder.path());
    CHECK(model.config == "{}");
    tensors = std::move(model.tensors);
    owners = std::move(model.owners);
  }
  CHECK(tensors.size() == 3);
  CHECK(values_of(tensors.at("y"), "y") == std::vector<float>{1, 13});
  CHECK_THROWS_WITH(open_model_folder("/no/such/folder"), "/no/such/folder cannot be read: No such file or directory");
}

TEST_CASE("A file that cannot be mapped is named with the reason; an empty one has no bytes", "[model files]") {
  Folder folder;
  folder.text("empty", "");
  folder.text("text", "abc");
  const DiskFolder disk(folder);
  CHECK(map_file(disk.path("empty")).bytes.empty());
  CHECK(map_file(disk.path("text")).bytes.size() == 3);
  CHECK(map_file(disk.path("text")).bytes[2] == std::byte{'c'});
  CHECK_THROWS_WITH(map_file(disk.path("none")), disk.path("none") + " cannot be read: No such file or directory");
  CHECK_THROWS_AS(map_file(disk.path()), std::invalid_argument);
}
