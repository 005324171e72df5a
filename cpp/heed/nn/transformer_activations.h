#pragma once

#include "heed/attention_backward.h"
#include "heed/nn/transformer.h"

namespace heed {

/// A matrix that owns its numbers and grows as needed.
template <typename Scalar>
struct Activation {
  std::vector<Scalar> numbers;
  Index rows = 0;
  Index columns = 0;

  MatrixView<Scalar> resize(Index n, Index d) {
    rows = n;
    columns = d;
    numbers.resize(static_cast<std::size_t>(Shape{1, 1, n, d}.size()));
    return view();
  }
  MatrixView<Scalar> view() { return matrix(numbers.data(), rows, columns); }
  MatrixView<const Scalar> constant() const { return matrix(numbers.data(), rows, columns); }
};

/// What the backward pass needs of the forward one, for the sequences of one slice. n = batch · length.
template <typename Scalar>
struct TransformerActivations {
  struct Layer {
    Activation<Scalar> input;            ///< the residual stream (n × d_model)
    Activation<Scalar> attention_input;  ///< normed
    AttentionTrace<Scalar> attention;
    Activation<Scalar> joined;              ///< the heads side by side (n × d_model)
    Activation<Scalar> middle;              ///< the residual stream after attention
    Activation<Scalar> feed_forward_input;  ///< normed
    Activation<Scalar> gate, up, hidden;    ///< (n × d_ff)
  };

  Index batch = 0;
  Index length = 0;
  std::vector<Layer> layers;
  Activation<Scalar> last;    ///< the residual stream at the end
  Activation<Scalar> normed;  ///< of which the logits are taken
  Activation<Scalar> logits;
  std::vector<Scalar> gradients;  ///< of the parameters, for this slice
  Loss loss;

  [[nodiscard]] Index tokens() const { return batch * length; }
};

}  // namespace heed
