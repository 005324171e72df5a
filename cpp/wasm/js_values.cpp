#include "js_values.h"

#include <emscripten/em_js.h>

#include <cmath>
#include <limits>
#include <span>

#include "heed/tensor/message.h"

// In JavaScript, where it is a line: the module that every page loads stays small.
EM_JS_DEPS(heed_unknown_name, "$Emval,$UTF8ToString");
EM_JS(emscripten::EM_VAL, heed_unknown_name, (emscripten::EM_VAL object, const char* names), {
  const given = Emval.toValue(object);
  if (typeof given != "object" || Array.isArray(given)) return Emval.toHandle(null);
  const known = new Set(UTF8ToString(names).split(", "));
  for (const name in given)
    if (!known.has(name)) return Emval.toHandle(name);
  return Emval.toHandle(undefined);
});

namespace heed::js {
namespace {

[[noreturn]] void refuse(const std::string& name, const val& value, const char* expected) {
  throw std::invalid_argument(message({name, " is ", shown(value), "; it must be ", expected}));
}

bool is_given(const val& value) { return !value.isUndefined() && !value.isNull(); }

template <typename Scalar>
constexpr const char* kArrayType = "Float32Array";
template <>
constexpr const char* kArrayType<std::uint8_t> = "Uint8Array";

}  // namespace

std::string shown(const val& value) {
  if (value.isString()) return message({"\"", value.as<std::string>().substr(0, 60), "\""});
  return val::global("String")(value).as<std::string>().substr(0, 60);
}

val property(const val& object, const char* name) { return is_given(object) ? object[name] : val::undefined(); }

void check_names(const val& object, const char* what, const char* names) {
  if (!is_given(object)) return;
  const val unknown = val::take_ownership(heed_unknown_name(object.as_handle(), names));
  if (unknown.isNull()) refuse(what, object, "an object");
  if (!unknown.isUndefined())
    throw std::invalid_argument(message({what, " has no ", shown(unknown), "; there are ", names}));
}

double number(const val& value, const std::string& name) {
  if (!value.isNumber()) refuse(name, value, "a number");
  return value.as<double>();
}

std::optional<double> number_at(const val& object, const char* name) {
  const val value = property(object, name);
  if (!is_given(value)) return {};
  return number(value, name);
}

Index whole_number(const val& value, const std::string& name) {
  const double number = value.isNumber() ? value.as<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(std::trunc(number) == number && std::abs(number) <= static_cast<double>(std::numeric_limits<Index>::max())))
    refuse(name, value, "a whole number");
  return static_cast<Index>(number);
}

std::optional<Index> whole_number_at(const val& object, const char* name) {
  const val value = property(object, name);
  if (!is_given(value)) return {};
  return whole_number(value, name);
}

bool flag_at(const val& object, const char* name) {
  const val value = property(object, name);
  if (!is_given(value)) return false;
  if (!value.isTrue() && !value.isFalse()) refuse(name, value, "true or false");
  return value.isTrue();
}

std::optional<std::uint32_t> seed_at(const val& object) {
  const auto seed = number_at(object, "seed");
  if (!seed) return {};
  require(*seed >= 0 && *seed <= 4294967295.0 && std::trunc(*seed) == *seed,
          {"seed is ", *seed, "; it must be a whole number from 0 to 4294967295"});
  return static_cast<std::uint32_t>(*seed);
}

bool is_typed_array(const val& value, const char* type) {
  return value.instanceof(val::global(type)) && val::global("ArrayBuffer").call<bool>("isView", value);
}

Index length_of(const val& array, const std::string& name) {
  const val length = property(array, "length");
  if (!length.isNumber()) refuse(name, array, "an array");
  const Index count = whole_number(length, name + ".length");
  require(count >= 0, {name, ".length is ", count, "; it must be at least 0"});
  return count;
}

namespace {

/// Of `least_axes` to 4 axes; `axes_expected` is what an error says of them.
template <typename Scalar>
Tensor<Scalar> read_tensor(const val& object, const char* name, Index least_axes, const char* axes_expected) {
  const val tensor = property(object, name);
  if (!is_given(tensor)) refuse(name, tensor, "a tensor { data, shape }");
  const val data = property(tensor, "data");
  if (!is_typed_array(data, kArrayType<Scalar>))
    refuse(std::string(name) + ".data", data, ("a " + std::string(kArrayType<Scalar>)).c_str());
  const val axes = property(tensor, "shape");
  const std::string shape_name = std::string(name) + ".shape";
  constexpr Index kAxes = 4;
  const val given = property(axes, "length");
  const double count_of_axes = given.isNumber() ? given.as<double>() : 0;
  if (!(count_of_axes >= static_cast<double>(least_axes) && count_of_axes <= kAxes &&
        std::trunc(count_of_axes) == count_of_axes))
    refuse(shape_name, axes, axes_expected);
  const auto rank = static_cast<std::size_t>(count_of_axes);
  Index axis[kAxes];
  for (std::size_t i = 0; i < rank; ++i)
    axis[i] = whole_number(axes[i], message({shape_name, "[", static_cast<int>(i), "]"}));
  const Shape shape = Shape::aligned_right(std::span<const Index>(axis, rank));
  const double count = data["length"].as<double>();
  for (const Index size : {shape.batch, shape.heads, shape.length, shape.dim})
    require(size >= 0, {shape_name, " is ", shape, "; no axis may be negative"});
  // Before memory is taken for it: a shape is cheap to write down.
  require(shape.elements() == count,
          {shape_name, " ", shape, " needs ", shape.elements(), " values but data has ", count});
  Tensor<Scalar> copy(shape, name);
  val(emscripten::typed_memory_view(copy.data.size(), copy.data.data())).call<void>("set", data);
  return copy;
}

}  // namespace

template <typename Scalar>
Tensor<Scalar> tensor_at(const val& object, const char* name) {
  return read_tensor<Scalar>(object, name, 4, "[batch, heads, length, dim]");
}

template <typename Scalar>
Tensor<Scalar> broadcast_tensor_at(const val& object, const char* name) {
  return read_tensor<Scalar>(object, name, 1, "[batch, heads, queries, keys], or its last axes");
}

template <typename Scalar>
Tensor<Scalar> tensor_argument(const val& value, const char* name) {
  val holder = val::object();
  holder.set(name, value);
  return tensor_at<Scalar>(holder, name);
}

template Tensor<float> tensor_at(const val&, const char*);
template Tensor<float> broadcast_tensor_at(const val&, const char*);
template Tensor<std::uint8_t> broadcast_tensor_at(const val&, const char*);

template Tensor<float> tensor_argument(const val&, const char*);

TensorResult to_js(const Tensor<float>& tensor, const val& reuse) {
  const val view(emscripten::typed_memory_view(tensor.data.size(), tensor.data.data()));
  const auto& [batch, heads, length, dim] = tensor.shape;
  const val data = property(reuse, "data");
  if (is_typed_array(data, kArrayType<float>) &&
      data["length"].as<double>() == static_cast<double>(tensor.data.size())) {
    // Not what the array itself calls `set`: it would be given a view of the heap.
    val::global(kArrayType<float>)["prototype"]["set"].call<void>("call", data, view);
    return {Float32Array(data), {batch, heads, length, dim}};
  }
  return {Float32Array(view.call<val>("slice")), {batch, heads, length, dim}};
}

}  // namespace heed::js
