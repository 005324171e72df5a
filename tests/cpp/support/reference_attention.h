#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "heed/attention/attention_backward.h"

namespace heed::test {

/// Attention as its definition reads, one number at a time, sharing no code with the core. Evaluated in `Real` on
/// inputs and options of any scalar: double makes it the reference, float the plain evaluation whose error bounds the
/// core's. A logit that is −∞ as a `Scalar`, though not as a double, is masked as in the core.
template <typename Real, typename Scalar>
AttentionResult<Real> reference_attention(const Tensor<Scalar>& query, const Tensor<Scalar>& key,
                                          const Tensor<Scalar>& value, const AttentionOptions<Scalar>& options) {
  const auto [batches, heads, queries, d_k] = query.shape;
  const Index keys = key.shape.length;
  const Index d_v = value.shape.dim;
  const Real hidden = -std::numeric_limits<Real>::infinity();
  const auto pick = [](const auto& tensor, Index b, Index h, Index i, Index j) {
    const Shape& s = tensor.shape;
    const Index row = s.length == 1 ? 0 : i;
    const Index column = s.dim == 1 ? 0 : j;
    return tensor.data[(((s.batch == 1 ? 0 : b) * s.heads + (s.heads == 1 ? 0 : h)) * s.length + row) * s.dim + column];
  };
  const Real scale =
      static_cast<Real>(options.scale.value_or(1 / std::sqrt(static_cast<double>(d_k))) / options.temperature);
  const Real cap = static_cast<Real>(options.softcap);

  AttentionResult<Real> result;
  result.output = Tensor<Real>({batches, heads, queries, d_v});
  result.weights = Tensor<Real>({batches, heads, queries, keys});
  result.logits = Tensor<Real>({batches, heads, queries, keys});
  for (Tensor<Real>* tensor : {&result.log_sum_exp, &result.entropy, &result.visible_keys})
    *tensor = Tensor<Real>({batches, heads, queries, 1});

  for (Index b = 0; b < batches; ++b) {
    for (Index h = 0; h < heads; ++h) {
      const Index kv = h / (heads / key.shape.heads);
      const Index length = options.key_lengths.empty() ? keys : options.key_lengths[static_cast<std::size_t>(b)];
      for (Index i = 0; i < queries; ++i) {
        Real* logits = result.logits.head(b, h) + i * keys;
        Real* weights = result.weights.head(b, h) + i * keys;
        const std::int64_t position = i + options.query_offset;  // the ends of the window are beyond 32 bits
        Real largest = hidden;
        Index visible = 0;
        for (Index j = 0; j < keys; ++j) {
          bool seen = j < length && (!options.causal || j <= position) &&
                      (!options.window_left || j >= position - *options.window_left) &&
                      (!options.window_right || j <= position + *options.window_right);
          if (seen && options.mask.data != nullptr) seen = pick(options.mask, b, h, i, j) != 0;
          if (seen && options.bias.data != nullptr) seen = static_cast<Real>(pick(options.bias, b, h, i, j)) != hidden;
          logits[j] = hidden;
          if (!seen) continue;
          ++visible;  // also where the sum below overflows
          Real dot = 0;
          for (Index c = 0; c < d_k; ++c)
            dot += static_cast<Real>(query.head(b, h)[i * d_k + c]) * static_cast<Real>(key.head(b, kv)[j * d_k + c]);
          Real logit = scale * dot;
          if (cap > 0) logit = cap * std::tanh(logit / cap);
          if (options.bias.data != nullptr) logit += static_cast<Real>(pick(options.bias, b, h, i, j));
          if (static_cast<Scalar>(logit) == -std::numeric_limits<Scalar>::infinity()) continue;
          logits[j] = logit;
          largest = std::max(largest, logit);
        }
        Real sum = 0;
        for (Index j = 0; j < keys; ++j) sum += logits[j] == hidden ? 0 : std::exp(logits[j] - largest);
        const Index row = i + queries * (h + heads * b);
        const auto at = static_cast<std::size_t>(row);
        result.visible_keys.data[at] = static_cast<Real>(visible);
        result.log_sum_exp.data[at] = sum == 0 ? hidden : largest + std::log(sum);
        for (Index j = 0; j < keys; ++j) {
          if (logits[j] == hidden) continue;
          weights[j] = std::exp(logits[j] - largest) / sum;
          if (weights[j] != 0) result.entropy.data[at] -= weights[j] * std::log(weights[j]);
          for (Index c = 0; c < d_v; ++c)
            result.output.head(b, h)[i * d_v + c] += weights[j] * static_cast<Real>(value.head(b, kv)[j * d_v + c]);
        }
      }
    }
  }
  return result;
}

/// ∂Σ(G · output)/∂ query, key, value and bias in double, from the weights: for a pair (i, j) that is not masked
///   ∂s_ij = A_ij (G_i·V_j − Σ_k A_ik G_i·V_k),   ∂z_ij = ∂s_ij (1 − tanh²(z_ij/c)) with z the logit before the softcap c.
template <typename Scalar>
AttentionGradients<double> reference_gradients(const Tensor<Scalar>& query, const Tensor<Scalar>& key,
                                               const Tensor<Scalar>& value, const Tensor<Scalar>& output_gradient,
                                               const AttentionOptions<Scalar>& options) {
  const auto forward = reference_attention<double>(query, key, value, options);
  const auto [batches, heads, queries, d_k] = query.shape;
  const Index keys = key.shape.length;
  const Index d_v = value.shape.dim;
  const double scale = options.scale.value_or(1 / std::sqrt(static_cast<double>(d_k))) / options.temperature;
  AttentionGradients<double> gradients;
  gradients.query = Tensor<double>(query.shape);
  gradients.key = Tensor<double>(key.shape);
  gradients.value = Tensor<double>(value.shape);
  const Shape bias = options.bias.data != nullptr ? options.bias.shape : Shape{};
  gradients.bias = Tensor<double>(bias);
  std::vector<double> by_key(static_cast<std::size_t>(keys));  // G_i · V_j
  for (Index b = 0; b < batches; ++b)
    for (Index h = 0; h < heads; ++h)
      for (Index i = 0; i < queries; ++i) {
        const Index kv = h / (heads / key.shape.heads);
        const double* weights = forward.weights.head(b, h) + i * keys;
        const double* logits = forward.logits.head(b, h) + i * keys;
        const Scalar* g = output_gradient.head(b, h) + i * d_v;
        const Scalar* q = query.head(b, h) + i * d_k;
        double mean = 0;
        const auto is_seen = [&](Index j) { return logits[j] != -std::numeric_limits<double>::infinity(); };
        for (Index j = 0; j < keys; ++j) {
          double& product = by_key[static_cast<std::size_t>(j)] = 0;
          if (!is_seen(j)) continue;
          for (Index c = 0; c < d_v; ++c)
            product += static_cast<double>(g[c]) * static_cast<double>(value.head(b, kv)[j * d_v + c]);
          mean += weights[j] * product;
        }
        for (Index j = 0; j < keys; ++j) {
          if (!is_seen(j)) continue;
          const Scalar* k = key.head(b, kv) + j * d_k;
          for (Index c = 0; c < d_v; ++c)
            gradients.value.head(b, kv)[j * d_v + c] += weights[j] * static_cast<double>(g[c]);
          double of_logit = weights[j] * (by_key[static_cast<std::size_t>(j)] - mean);
          if (options.bias.data != nullptr)
            gradients.bias.head(
                bias.batch == 1 ? 0 : b,
                bias.heads == 1 ? 0 : h)[(bias.length == 1 ? 0 : i) * bias.dim + (bias.dim == 1 ? 0 : j)] += of_logit;
          double dot = 0;
          for (Index c = 0; c < d_k; ++c) dot += static_cast<double>(q[c]) * static_cast<double>(k[c]);
          if (options.softcap > 0) {
            const double t = std::tanh(scale * dot / options.softcap);
            of_logit *= 1 - t * t;
          }
          for (Index c = 0; c < d_k; ++c) {
            gradients.query.head(b, h)[i * d_k + c] += scale * of_logit * static_cast<double>(k[c]);
            gradients.key.head(b, kv)[j * d_k + c] += scale * of_logit * static_cast<double>(q[c]);
          }
        }
      }
  return gradients;
}

}  // namespace heed::test
