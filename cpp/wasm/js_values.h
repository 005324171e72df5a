#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <initializer_list>
#include <optional>
#include <string>

#include "heed/attention/attention.h"

/// JavaScript values to the core's and back. Everything is copied: no view of the heap is handed out, and what arrives
/// is checked before it is read, because JavaScript callers may pass anything.
namespace heed::js {

using emscripten::val;

// Types of the binding's arguments and results. bindings.cpp gives each its TypeScript definition.
EMSCRIPTEN_DECLARE_VAL_TYPE(Float32Array)
EMSCRIPTEN_DECLARE_VAL_TYPE(Number)  ///< of a method, see held.h
EMSCRIPTEN_DECLARE_VAL_TYPE(TensorArgument)

struct TensorShape {
  Index batch = 0;
  Index heads = 0;
  Index length = 0;
  Index dim = 0;
};

struct TensorResult {
  Float32Array data = Float32Array(val::undefined());
  TensorShape shape;
};

/// A copy owned by JavaScript. Written over the array of `reuse`, a tensor that JavaScript had earlier, if it has as many numbers:
/// a fresh array costs more than the copy, as the browser has yet to find memory for it.
[[nodiscard]] TensorResult to_js(const Tensor<float>& tensor, const val& reuse = val::undefined());

/// Property `name` of an object; undefined if the object is undefined or null.
[[nodiscard]] val property(const val& object, const char* name);

/// Throws std::invalid_argument where `object`, which is given, is no object or has a property of another name: a misspelt
/// option would otherwise do nothing, and say nothing. `what` is what an error calls it.
void check_names(const val& object, const char* what, const char* names);

/// Optional properties. Throw std::invalid_argument naming the property and its value where it is of another type.
[[nodiscard]] std::optional<double> number_at(const val& object, const char* name);
[[nodiscard]] std::optional<Index> whole_number_at(const val& object, const char* name);
[[nodiscard]] bool flag_at(const val& object, const char* name);

[[nodiscard]] std::optional<std::uint32_t> seed_at(const val& object);

/// `value` as a number; `name` is what an error calls it.
[[nodiscard]] double number(const val& value, const std::string& name);

/// `value` as a whole number; `name` is what an error calls it.
[[nodiscard]] Index whole_number(const val& value, const std::string& name);

/// Whether `value` is a typed array of that type ("Float32Array"), and no object that has only its prototype, whose elements may be
/// computed.
[[nodiscard]] bool is_typed_array(const val& value, const char* type);

/// How many numbers an array or typed array has. Throws std::invalid_argument where it is neither.
[[nodiscard]] Index length_of(const val& array, const std::string& name);

/// "12", "\"abc\"" or "[object Object]", for error messages.
[[nodiscard]] std::string shown(const val& value);

/// The tensor that is property `name` of an object: { data, shape } with data a Float32Array (float) or a Uint8Array
/// (mask). Throws std::invalid_argument where it is missing, of another type, or its shape does not fit its data.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> tensor_at(const val& object, const char* name);

/// The same for a mask or bias, whose shape may leave out axes at the left.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> broadcast_tensor_at(const val& object, const char* name);

/// One that arrives as an argument of its own.
template <typename Scalar>
[[nodiscard]] Tensor<Scalar> tensor_argument(const val& value, const char* name);

}  // namespace heed::js
