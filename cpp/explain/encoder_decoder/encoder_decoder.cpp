#include "explain/encoder_decoder/encoder_decoder.h"

#include <cmath>

#include "heed/training/detail/parameters.h"

namespace heed::explain {

template <typename Scalar>
EncoderDecoder<Scalar>::EncoderDecoder(const EncoderDecoderConfig& config, RandomState& random)
    : config_(config),
      layout_(config),
      parameters_(static_cast<std::size_t>(layout_.size)),
      gradients_(static_cast<std::size_t>(layout_.size)) {
  const double deviation = 1 / std::sqrt(static_cast<double>(config_.d_model));
  for (const Parameter& parameter : layout_.parameters)
    draw_parameter<Scalar>(parameter, deviation, random, parameters_);
}

template <typename Scalar>
void EncoderDecoder<Scalar>::check_tokens(const char* name, std::span<const std::int32_t> tokens, Index batch) const {
  const Index n = static_cast<Index>(tokens.size());
  require(batch >= 1 && n % batch == 0, {n, " tokens of the ", name, " are not ", batch, " sequences of equal length"});
  const Index length = n / batch;
  require(length >= 1 && length <= config_.context,
          {"the ", name, " has ", length, " tokens; it must have from 1 to ", config_.context});
  for (const std::int32_t token : tokens)
    require(token >= 0 && token < config_.vocabulary,
            {"token ", token, " of the ", name, " is not in the vocabulary of ", config_.vocabulary});
}

template <typename Scalar>
MatrixView<const Scalar> EncoderDecoder<Scalar>::forward(std::span<const std::int32_t> source,
                                                         std::span<const std::int32_t> target, Index batch) {
  check_tokens("source", source, batch);
  check_tokens("target", target, batch);
  const ParameterBuffers<Scalar> buffers{parameters_.data(), nullptr};
  const Index d = config_.d_model;
  source_rows_ = static_cast<Index>(source.size());
  auto x = encoder_embedding_.forward(buffers, layout_.tokens, layout_.encoder_embedding, source, batch, d);
  x = encoder_attention_.forward(buffers, layout_.encoder_attention, x, x, batch, false);
  const auto memory = encoder_feed_forward_.forward(buffers, layout_.encoder_feed_forward, x, config_.d_ff);
  auto y = decoder_embedding_.forward(buffers, layout_.tokens, layout_.decoder_embedding, target, batch, d);
  y = decoder_attention_.forward(buffers, layout_.decoder_attention, y, y, batch, true);
  y = cross_attention_.forward(buffers, layout_.cross_attention, y, memory, batch, false);
  y = decoder_feed_forward_.forward(buffers, layout_.decoder_feed_forward, y, config_.d_ff);
  const auto result = result_.resize(y.rows, y.columns);
  std::copy_n(y.data, y.rows * y.columns, result.data);
  multiply_transposed(y, matrix(buffers.values + layout_.tokens, config_.vocabulary, d),
                      logits_.resize(y.rows, config_.vocabulary));
  return logits_.constant();
}

/// From the gradient of the logits, which has taken their place, to those of the parameters.
template <typename Scalar>
void EncoderDecoder<Scalar>::run_back() {
  std::fill(gradients_.begin(), gradients_.end(), Scalar{0});
  const ParameterBuffers<Scalar> buffers{parameters_.data(), gradients_.data()};
  const Index n = logits_.rows;
  const Index d = config_.d_model;
  MatrixBuffer<Scalar> of_result, of_cross, of_self, of_input, of_memory;
  multiply(logits_.constant(), matrix(buffers.values + layout_.tokens, config_.vocabulary, d), of_result.resize(n, d));
  transpose_multiply_add(logits_.constant(), result_.constant(),
                         matrix(buffers.gradients + layout_.tokens, config_.vocabulary, d));
  decoder_feed_forward_.backward(buffers, of_result.constant(), of_cross.zeros(n, d));
  const auto memory = of_memory.zeros(source_rows_, d);
  cross_attention_.backward(buffers, of_cross.constant(), of_self.zeros(n, d), memory);
  const auto target = of_input.zeros(n, d);
  decoder_attention_.backward(buffers, of_self.constant(), target, target);
  decoder_embedding_.backward(buffers, of_input.constant());

  encoder_feed_forward_.backward(buffers, of_memory.constant(), of_self.zeros(source_rows_, d));
  const auto source = of_input.zeros(source_rows_, d);
  encoder_attention_.backward(buffers, of_self.constant(), source, source);
  encoder_embedding_.backward(buffers, of_input.constant());
}

template <typename Scalar>
Loss EncoderDecoder<Scalar>::loss_and_gradients(std::span<const std::int32_t> source,
                                                std::span<const std::int32_t> target,
                                                std::span<const std::int32_t> expected, Index batch) {
  forward(source, target, batch);
  Index scored = 0;
  for (const std::int32_t token : expected) scored += token >= 0;
  const Loss loss =
      cross_entropy_backward(logits_.view(), expected, 1.0 / static_cast<double>(std::max<Index>(scored, 1)));
  run_back();
  return loss;
}

template class EncoderDecoder<float>;
template class EncoderDecoder<double>;

}  // namespace heed::explain
