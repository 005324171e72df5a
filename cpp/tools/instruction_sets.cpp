// Prints the instruction sets that this machine's kernels are compiled for, a name a line, fastest first.

#include <cstdio>

#include "heed/kernels/dispatch.h"

int main() {
  for (const auto& set : heed::kernels::available()) std::puts(set.name);
}
