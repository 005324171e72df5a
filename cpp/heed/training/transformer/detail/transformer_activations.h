#pragma once

#include "heed/attention/self_attention.h"
#include "heed/training/transformer/transformer.h"

namespace heed {

/// What the backward pass needs of the forward one, for the sequences of one slice, and what both write on; kept from step to
/// step, so that no memory is asked for. n = batch · length.
template <typename Scalar>
struct TransformerActivations {
  struct Layer {
    MatrixBuffer<Scalar> input;            ///< the residual stream (n × d_model)
    MatrixBuffer<Scalar> attention_input;  ///< normed
    SelfAttention<Scalar> attention;
    MatrixBuffer<Scalar> joined;              ///< the heads side by side (n × d_model)
    MatrixBuffer<Scalar> middle;              ///< the residual stream after attention
    MatrixBuffer<Scalar> feed_forward_input;  ///< normed
    MatrixBuffer<Scalar> gate, up, hidden;    ///< (n × d_ff)
  };

  Index batch = 0;
  Index length = 0;
  std::vector<Layer> layers;
  MatrixBuffer<Scalar> last;    ///< the residual stream at the end
  MatrixBuffer<Scalar> normed;  ///< of which the logits are taken
  MatrixBuffer<Scalar> logits;
  std::vector<Scalar> gradients;  ///< of the parameters, for this slice
  Loss loss;

  struct Backward {
    MatrixBuffer<Scalar> stream;  ///< gradients from here on: of the residual stream,
    MatrixBuffer<Scalar> normed;  ///< of what the norms gave,
    MatrixBuffer<Scalar> joined, gate, hidden;
    typename SelfAttention<Scalar>::Gradients attention;
  } backward;

  [[nodiscard]] Index tokens() const { return batch * length; }
};

}  // namespace heed
