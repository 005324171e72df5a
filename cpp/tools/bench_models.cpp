#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "heed/io/model_files.h"
#include "heed/kernels/dispatch.h"
#include "heed/model/key_value_cache.h"
#include "heed/model/load_model.h"
#include "heed/model/model_run.h"
#include "heed/threads/thread_pool.h"

// Heed's part in tests/bench/models.mjs. Takes commands on standard input and answers each with one line:
//   load FOLDER TYPE THREADS  milliseconds until the model is ready; TYPE is file, f32, q8 or q4
//   ids ID ID …               the tokens that passes are of
//   prefill N MAPS            milliseconds of a pass over N tokens, logits of the last; MAPS 1 keeps every attention map
//   token N COUNT             milliseconds a token, of COUNT after a pass over N
//   extend N COUNT            the same where what every head is drawn from is kept of all tokens
//   logits N FILE             writes the last logits of N tokens, the last of them by itself, as float32
//   memory                    the most megabytes taken so far
//   name                      the kernels in use

using namespace heed;

namespace {

std::optional<ElementType> type_of(const std::string& name) {
  if (name == "file") return std::nullopt;
  if (name == "f32") return ElementType::kF32;
  if (name == "q8") return ElementType::kQ8;
  if (name == "q4") return ElementType::kQ4;
  throw std::invalid_argument("the type is " + name + "; it must be file, f32, q8 or q4");
}

class Contender {
 public:
  std::string answer(const std::string& command, std::istringstream& words) {
    if (command == "load") return load(words);
    if (command == "ids") {
      ids_.clear();
      for (std::int32_t id = 0; words >> id;) ids_.push_back(id);
      return "ok";
    }
    if (command == "prefill") return prefill(words);
    if (command == "token") return token(words);
    if (command == "extend") return extend(words);
    if (command == "logits") return write_logits(words);
    if (command == "memory") {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      return std::to_string(static_cast<double>(usage.ru_maxrss) * 1024e-6);
    }
    if (command == "name") return kernels::available_for_models().front().name;
    throw std::invalid_argument("unknown command " + command);
  }

 private:
  template <typename Body>
  static double milliseconds_of(Body&& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }

  std::string load(std::istringstream& words) {
    std::string folder;
    std::string type;
    Index threads = 1;
    words >> folder >> type >> threads;
    model_.reset();
    pool_ = std::make_unique<ThreadPool>(threads);
    return std::to_string(
        milliseconds_of([&] { model_.emplace(load_model(open_model_folder(folder), type_of(type))); }));
  }

  [[nodiscard]] std::span<const std::int32_t> first_ids(std::istringstream& words) const {
    std::size_t count = 0;
    words >> count;
    if (!model_ || count > ids_.size()) throw std::invalid_argument("there is no model, or there are too few tokens");
    return std::span(ids_).first(count);
  }

  ForwardResult forward(std::span<const std::int32_t> ids, KeyValueCache* cache, bool maps) const {
    ForwardInput input;
    input.ids = ids;
    input.cache = cache;
    ForwardRequest request;
    request.logits = ForwardRequest::Logits::kLast;
    request.all_attentions = maps;
    request.pool = pool_.get();
    return model_->model.forward(input, request);
  }

  std::string prefill(std::istringstream& words) const {
    const auto ids = first_ids(words);
    bool maps = false;
    words >> maps;
    return std::to_string(milliseconds_of([&] { forward(ids, nullptr, maps); }));
  }

  std::string token(std::istringstream& words) const {
    const auto ids = first_ids(words);
    Index count = 1;
    words >> count;
    KeyValueCache cache(model_->model.architecture(), static_cast<Index>(ids.size()) + count);
    forward(ids, &cache, false);
    const double taken = milliseconds_of([&] {
      for (Index i = 0; i < count; ++i) forward(ids.last(1), &cache, false);
    });
    return std::to_string(taken / static_cast<double>(count));
  }

  std::string extend(std::istringstream& words) const {
    ForwardInput input;
    input.ids = first_ids(words);
    Index count = 1;
    words >> count;
    ModelRun run(model_->model, input, {}, pool_.get());
    const double taken = milliseconds_of([&] {
      for (Index i = 0; i < count; ++i) {
        run.extend(input.ids.last(1));
        (void)run.next_token({}, 0);
      }
    });
    return std::to_string(taken / static_cast<double>(count));
  }

  std::string write_logits(std::istringstream& words) const {
    const auto ids = first_ids(words);
    std::string name;
    words >> name;
    KeyValueCache cache(model_->model.architecture(), static_cast<Index>(ids.size()));
    forward(ids.first(ids.size() - 1), &cache, false);
    const ForwardResult result = forward(ids.last(1), &cache, false);
    std::FILE* file = std::fopen(name.c_str(), "wb");
    if (file == nullptr) throw std::runtime_error(name + " can't be written");
    std::fwrite(result.logits.data.data(), sizeof(float), result.logits.data.size(), file);
    std::fclose(file);
    return "ok";
  }

  std::optional<LoadedModel> model_;
  std::unique_ptr<ThreadPool> pool_;
  std::vector<std::int32_t> ids_;
};

}  // namespace

int main() {
  Contender contender;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    try {
      std::cout << contender.answer(command, words) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "failed: " << error.what() << std::endl;
    }
  }
}
