#include "heed/tensor/sizes.h"

#include "heed/tensor/tensor.h"

namespace heed {

Index checked_product(const char* name, std::initializer_list<Index> sizes) {
  Index product = 0;
  if (multiply_sizes(sizes, product)) return product;
  std::string factors;
  for (const Index size : sizes) factors += message({factors.empty() ? "" : " × ", size});
  throw OutOfMemory(message({name, " would have ", factors, " elements, more than can be counted"}));
}

}  // namespace heed
