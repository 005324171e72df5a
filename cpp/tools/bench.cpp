#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "heed/attention/attention.h"
#include "heed/kernels/dispatch.h"

// Heed's part in tests/bench/native.mjs. Takes commands on standard input and answers each with one line:
//   load FILE HEADS LENGTH DIM CAUSAL   Q, K and V from a file of float32
//   run TIMES                           seconds that so many calls of attention took
//   write FILE                          the last output as float32
//   peak                                GFLOP/s of a bare register tile
//   name                                the kernels in use

double register_tile_sse4(float* x, int steps);
double register_tile_avx2(float* x, int steps);
double register_tile_avx512(float* x, int steps);
double register_tile_baseline(float* x, int steps);

using namespace heed;

namespace {

struct Work {
  Tensor<float> query, key, value;
  AttentionOptions<float> options;
  AttentionResult<float> result;
};

Tensor<float> read(std::FILE* file, const Shape& shape) {
  Tensor<float> tensor(shape);
  if (std::fread(tensor.data.data(), sizeof(float), tensor.data.size(), file) != tensor.data.size())
    throw std::runtime_error("the file ends early");
  return tensor;
}

Work load(std::istringstream& words) {
  std::string name;
  Shape shape;
  bool causal = false;
  words >> name >> shape.heads >> shape.length >> shape.dim >> causal;
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error(name + " can't be read");
  Work work;
  work.query = read(file, shape);
  work.key = read(file, shape);
  work.value = read(file, shape);
  std::fclose(file);
  work.options.causal = causal;
  work.options.threads = 1;
  return work;
}

void write(const std::string& name, const Tensor<float>& tensor) {
  std::FILE* file = std::fopen(name.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error(name + " can't be written");
  std::fwrite(tensor.data.data(), sizeof(float), tensor.data.size(), file);
  std::fclose(file);
}

template <typename Body>
double seconds_of(Body&& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double register_tile(float* x, int steps) {
#ifdef __x86_64__
  const std::string name = kernels::available().front().name;
  if (name == "AVX-512") return register_tile_avx512(x, steps);
  if (name == "AVX2") return register_tile_avx2(x, steps);
  return register_tile_sse4(x, steps);
#else
  return register_tile_baseline(x, steps);
#endif
}

/// The best of many short runs: what else runs on the machine only takes away.
double peak() {
  float x[64] = {};
  double best = 0;
  for (int i = 0; i < 200; ++i) {
    double operations = 0;
    const double seconds = seconds_of([&] { operations = register_tile(x, 10000); });
    best = std::max(best, operations / seconds / 1e9);
  }
  return best;
}

}  // namespace

int main() {
  Work work;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    try {
      if (command == "load") {
        work = load(words);
        std::cout << "ok" << std::endl;
      } else if (command == "run") {
        int times = 1;
        words >> times;
        std::cout << seconds_of([&] {
          for (int i = 0; i < times; ++i) work.result = attention(work.query, work.key, work.value, work.options);
        }) << std::endl;
      } else if (command == "write") {
        std::string name;
        words >> name;
        write(name, work.result.output);
        std::cout << "ok" << std::endl;
      } else if (command == "peak") {
        std::cout << peak() << std::endl;
      } else if (command == "name") {
        std::cout << kernels::available().front().name << std::endl;
      } else {
        std::cout << "unknown command " << command << std::endl;
      }
    } catch (const std::exception& error) {
      std::cout << "failed: " << error.what() << std::endl;
    }
  }
}
