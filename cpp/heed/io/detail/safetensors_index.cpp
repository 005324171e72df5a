#include "heed/io/detail/safetensors_index.h"

#include <utility>

#include "heed/io/detail/json_reader.h"
#include "heed/io/detail/shown.h"
#include "heed/tensor/message.h"

namespace heed {
namespace {

constexpr int kDeepest = 64;

/// { "metadata": anything, "weight_map": { tensor: file } }
class IndexReader : public JsonReader {
 public:
  explicit IndexReader(const std::string& name) : name_(name) {}

  std::map<std::string, std::string> take() {
    require(has_map_, {name_, " has no weight_map"});
    return std::move(files_);
  }

 private:
  [[nodiscard]] bool in_map() const { return depth_ == 2 && field_ == "weight_map"; }

  void on_value() const {
    require(depth_ > 0, {name_, " does not begin with {"});
    require(!(depth_ == 1 && field_ == "weight_map"), {name_, ": its weight_map is not { tensor: file }"});
    require(!in_map(), {name_, " maps tensor ", shown(tensor_), " to something that is not a file's name"});
  }

  void start() {
    require(depth_ < kDeepest, {name_, " is nested deeper than ", kDeepest});
    ++depth_;
  }

  void on_start_object() override {
    if (depth_ == 1 && field_ == "weight_map")
      require(!std::exchange(has_map_, true), {name_, " names weight_map twice"});
    else if (depth_ > 0)
      on_value();
    start();
  }

  void on_start_array() override {
    on_value();
    start();
  }

  void on_end_object() override { --depth_; }

  void on_end_array() override { --depth_; }

  void on_key(std::string&& key) override {
    if (depth_ == 1)
      field_ = std::move(key);
    else if (in_map())
      tensor_ = std::move(key);
  }

  void on_text(std::string&& file) override {
    if (!in_map()) return on_value();
    require(!file.empty() && file.find_first_of("/\\:") == std::string::npos && file[0] != '.',
            {name_, " maps tensor ", shown(tensor_), " to \"", shown(file), "\", which is not a file of its folder"});
    require(files_.emplace(tensor_, std::move(file)).second, {name_, " names tensor ", shown(tensor_), " twice"});
  }

  void on_whole_number(std::uint64_t) override { on_value(); }

  void on_other() override { on_value(); }

  std::string name_;
  std::map<std::string, std::string> files_;
  bool has_map_ = false;
  int depth_ = 0;
  std::string field_;   // of the document
  std::string tensor_;  // of the map
};

}  // namespace

std::map<std::string, std::string> read_safetensors_index(std::string_view text, const std::string& name) {
  constexpr std::size_t kMost = 64 << 20;
  require(text.size() <= kMost, {name, " has more than the 64 MB that are read"});
  IndexReader reader(name);
  reader.read(text, name);
  return reader.take();
}

}  // namespace heed
