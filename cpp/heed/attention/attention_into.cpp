#include "heed/attention/attention_into.h"

#include <utility>

#include "heed/attention/detail/attention_call.h"

namespace heed {
namespace {

template <typename Element>
void require_data(const StridedView<const Element>& view, const char* name) {
  require(view.data != nullptr || view.shape.size() == 0, {name, " has shape ", view.shape, " but no data"});
}

/// An input with contiguous heads: where it lies, or a copy.
template <typename Scalar>
class Input {
 public:
  Input(const StridedView<const Scalar>& view, const char* name) : view_(view) {
    require_data(view, name);
    if (view.has_contiguous_heads()) return;
    copy_ = contiguous(view, name);
    view_ = view_of(std::as_const(copy_));
  }
  template <typename Half>
  Input(const StridedView<const Half>& view, const char* name) {
    require_data(view, name);
    copy_ = widened(view, name);
    view_ = view_of(std::as_const(copy_));
  }
  [[nodiscard]] const StridedView<const Scalar>& view() const { return view_; }

 private:
  Tensor<Scalar> copy_;
  StridedView<const Scalar> view_;
};

/// An output with contiguous heads: where the caller wants it, or memory of its own that is copied there.
template <typename Scalar>
class Output {
 public:
  Output(const StridedView<Scalar>& wanted, const Shape& shape, bool needed, const char* name) : wanted_(wanted) {
    require(wanted.data == nullptr || wanted.shape == shape,
            {name, " has room for shape ", wanted.shape, "; expected ", shape});
    if (wanted.data != nullptr && wanted.has_contiguous_heads()) {
      view_ = wanted;
    } else if (wanted.data != nullptr || needed) {
      own_ = Tensor<Scalar>(shape, name);
      view_ = view_of(own_);
      is_copied_ = wanted.data != nullptr;
    }
  }
  /// Null where it is neither wanted nor needed.
  [[nodiscard]] Scalar* head(Index b, Index h) const { return view_.data == nullptr ? nullptr : view_.head(b, h); }
  void finish() const {
    if (is_copied_) copy<Scalar>(own_, wanted_);
  }

 private:
  StridedView<Scalar> wanted_;
  Tensor<Scalar> own_;
  StridedView<Scalar> view_;
  bool is_copied_ = false;
};

template <typename Scalar, typename Element>
void attention_of(const AttentionOutputs<Scalar>& outputs, const StridedView<const Element>& query,
                  const StridedView<const Element>& key, const StridedView<const Element>& value,
                  AttentionOptions<Scalar> options) {
  const Shape& q = query.shape;
  options.weights = outputs.weights.data != nullptr || outputs.logits.data != nullptr;
  const Shape full = check_call(q, key.shape, value.shape, options);
  const Shape output_shape{q.batch, q.heads, q.length, value.shape.dim};
  require(outputs.output.data != nullptr || output_shape.size() == 0, {"the output has no data"});
  const Shape per_query{q.batch, q.heads, q.length, 1};
  const Output<Scalar> output(outputs.output, output_shape, true, "the output");
  const Output<Scalar> log_sum_exp(outputs.log_sum_exp, per_query, true, "the log-sum-exp");
  const Output<Scalar> entropy(outputs.entropy, per_query, true, "the entropy");
  const Output<Scalar> visible_keys(outputs.visible_keys, per_query, true, "the visible keys");
  const Output<Scalar> weights(outputs.weights, full, options.weights, "the weights");
  const Output<Scalar> logits(outputs.logits, full, false, "the logits");
  const Input<Scalar> queries(query, "Q");
  const Input<Scalar> keys(key, "K");
  const Input<Scalar> values(value, "V");
  attend_heads(queries.view(), keys.view(), values.view(), options, [&](Index b, Index h) {
    return AttentionHeadResult<Scalar>{.output = output.head(b, h),
                                       .log_sum_exp = log_sum_exp.head(b, h),
                                       .entropy = entropy.head(b, h),
                                       .visible_keys = visible_keys.head(b, h),
                                       .weights = weights.head(b, h),
                                       .logits = logits.head(b, h)};
  });
  for (const Output<Scalar>* each : {&output, &log_sum_exp, &entropy, &visible_keys, &weights, &logits}) each->finish();
}

}  // namespace

template <typename Scalar>
void attention_into(const AttentionOutputs<Scalar>& outputs, const StridedView<const Scalar>& query,
                    const std::type_identity_t<StridedView<const Scalar>>& key,
                    const std::type_identity_t<StridedView<const Scalar>>& value, AttentionOptions<Scalar> options) {
  attention_of<Scalar, Scalar>(outputs, query, key, value, std::move(options));
}

template <typename Half>
  requires std::same_as<Half, Float16> || std::same_as<Half, BFloat16>
void attention_into(const AttentionOutputs<float>& outputs, const StridedView<const Half>& query,
                    const std::type_identity_t<StridedView<const Half>>& key,
                    const std::type_identity_t<StridedView<const Half>>& value, AttentionOptions<float> options) {
  attention_of<float, Half>(outputs, query, key, value, std::move(options));
}

#define HEED_INSTANTIATE(Scalar)                                                                   \
  template void attention_into(const AttentionOutputs<Scalar>&, const StridedView<const Scalar>&,  \
                               const StridedView<const Scalar>&, const StridedView<const Scalar>&, \
                               AttentionOptions<Scalar>);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

#define HEED_INSTANTIATE(Half)                                                                 \
  template void attention_into(const AttentionOutputs<float>&, const StridedView<const Half>&, \
                               const StridedView<const Half>&, const StridedView<const Half>&, \
                               AttentionOptions<float>);
HEED_INSTANTIATE(Float16)
HEED_INSTANTIATE(BFloat16)
#undef HEED_INSTANTIATE

}  // namespace heed
