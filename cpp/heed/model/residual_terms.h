#pragma once

#include <vector>

#include "heed/tensor/tensor.h"

namespace heed {

/// What one part of a stack adds to the residual stream at one position.
struct ResidualTerm {
  /// Which part of a model.
  enum class Part : std::uint8_t {
    kEmbedding,    ///< the first hidden state
    kHead,         ///< a head of a layer's own attention
    kCrossHead,    ///< a head of its attention to the encoder
    kFeedForward,  ///< its feed-forward network
    kConstant,     ///< the biases of norms and of W^O
  };
  Part part = Part::kConstant;      ///< which part
  Index layer = 0;                  ///< of heads and feed-forward networks
  Index head = 0;                   ///< of heads, within the layer
  std::vector<double> values = {};  ///< (width)
};

/// The residual stream at one position as a sum (N. Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021). Norms
/// are taken with the mean and the scale that the whole has, so that they are linear, and the terms always add up to it.
class ResidualTerms {
 public:
  /// Begins with the embedding of the position, (width), as its only term besides the constant.
  explicit ResidualTerms(std::vector<float> embedding);

  /// The stream as it is.
  [[nodiscard]] std::vector<float>& whole() { return whole_; }
  /// The constant is the first.
  [[nodiscard]] const std::vector<ResidualTerm>& terms() const { return terms_; }

  /// The whole is normed.
  template <typename Norm>
  void apply(const Norm& norm) {
    apply_to(norm, whole_, terms_, terms_.front().values);
    norm.apply({whole_.data(), 1, width(), width()}, {whole_.data(), 1, width(), width()});
  }

  /// The whole is mapped by a matrix without a bias.
  template <typename Linear>
  void project(const Linear& linear) {
    std::vector<float> projected(static_cast<std::size_t>(linear.outputs()));
    std::vector<std::vector<double>> values(terms_.size(), std::vector<double>(projected.size()));
    for (std::size_t output = 0; output < projected.size(); ++output) {
      const std::vector<float> row = linear.row(static_cast<Index>(output));
      for (std::size_t c = 0; c < row.size(); ++c) {
        projected[output] += row[c] * whole_[c];
        for (std::size_t i = 0; i < terms_.size(); ++i) values[i][output] += double{row[c]} * terms_[i].values[c];
      }
    }
    for (std::size_t i = 0; i < terms_.size(); ++i) terms_[i].values = std::move(values[i]);
    whole_ = std::move(projected);
  }

  /// Terms of a layer's output, its constant in front, become terms of the stream.
  void join(std::vector<ResidualTerm> terms);

  /// A norm of terms whose sum is `whole`.
  template <typename Norm>
  static void apply_to(const Norm& norm, std::span<const float> whole, std::vector<ResidualTerm>& terms,
                       std::vector<double>& constant) {
    const double inverse_scale = norm.inverse_scale(whole);
    for (ResidualTerm& term : terms) norm.apply_to_term(term.values, inverse_scale);
    const std::span<const float> bias = norm.bias();
    for (std::size_t c = 0; c < bias.size(); ++c) constant[c] += double{bias[c]};
  }

 private:
  [[nodiscard]] Index width() const { return static_cast<Index>(whole_.size()); }

  std::vector<float> whole_;
  std::vector<ResidualTerm> terms_;
};

/// How much each part of a model adds to the logit of a token at one position, or to the difference of two tokens' logits: its
/// direct effect, by what it writes into the residual stream, and not by what later parts make of it. They add up to `logit`.
struct DirectEffects {
  double logit = 0;                                   ///< before a soft cap
  double embedding = 0;                               ///< of the first hidden state
  double constant = 0;                                ///< of biases
  std::vector<std::vector<double>> heads = {};        ///< of each layer
  std::vector<std::vector<double>> cross_heads = {};  ///< of each layer; empty where there are none
  std::vector<double> feed_forward = {};              ///< of each layer
  std::vector<double> layers = {};                    ///< of each layer, all its parts together
};

}  // namespace heed
