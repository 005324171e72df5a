#include "explain/notebook.h"

#include <cmath>

namespace heed::explain {

template <typename Scalar>
Notebook<Scalar> make_notebook(const NotebookOptions& options) {
  const auto& [tokens, d_model, heads, seed, init] = options;
  require(tokens >= 1, {"there are ", tokens, " tokens; there must be at least 1"});
  require(d_model >= 1, {"d_model is ", d_model, "; it must be at least 1"});
  RandomState random(seed);
  Notebook<Scalar> notebook;
  notebook.x = Tensor<Scalar>({1, 1, tokens, d_model}, "x");
  Scalar* x = notebook.x.data.data();
  for (Index i = 0; i < tokens; ++i)
    for (Index j = 0; j < d_model; ++j)
      // j · (i + 1) is exact in double, so the order of the factors is NumPy's.
      *x++ = static_cast<Scalar>(std::sin(static_cast<double>(j * (i + 1)) * 0.1) + 0.1 * random.normal());
  notebook.weights = random_multi_head<Scalar>(random, d_model, heads, init);
  notebook.heads = project<Scalar>(notebook.x, notebook.weights);
  return notebook;
}

template Notebook<float> make_notebook(const NotebookOptions&);
template Notebook<double> make_notebook(const NotebookOptions&);

}  // namespace heed::explain
