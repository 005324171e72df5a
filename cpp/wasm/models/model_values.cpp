#include "model_values.h"

#include <initializer_list>
#include <utility>

namespace heed::js {
namespace {

bool is_given(const val& value) { return !value.isUndefined() && !value.isNull(); }

[[noreturn]] void refuse(const std::string& name, const val& value, const char* expected) {
  throw std::invalid_argument(name + " is " + shown(value) + "; it must be " + expected);
}

}  // namespace

std::optional<AttentionKind> attention_kind(const val& kind, const std::string& name) {
  if (!is_given(kind)) return std::nullopt;
  const std::string which = kind.isString() ? kind.as<std::string>() : "";
  if (which == "encoder") return AttentionKind::kEncoder;
  if (which == "decoder") return AttentionKind::kDecoder;
  if (which == "cross") return AttentionKind::kCross;
  refuse(name, kind, "\"encoder\", \"decoder\" or \"cross\"");
}

namespace {

std::vector<std::int32_t> ids_at(const val& object, const char* name) {
  const val ids = property(object, name);
  if (!is_given(ids)) return {};
  if (ids.isString()) refuse(name, ids, "an array of whole numbers");
  return whole_numbers(ids, name);
}

/// Calls `each` with every element of an array, and its name for errors.
template <typename Each>
void for_each(const val& object, const char* name, Each each) {
  const val array = property(object, name);
  if (!is_given(array)) return;
  if (!array.isArray()) refuse(name, array, "an array");
  for (int i = 0; i < array["length"].as<int>(); ++i) each(array[i], std::string(name) + "[" + std::to_string(i) + "]");
}

/// A property that must be there.
Index index_at(const val& object, const std::string& where, const char* name) {
  return whole_number(property(object, name), where + "." + name);
}

std::optional<AttentionKind> kind_at(const val& object, const std::string& where) {
  return attention_kind(property(object, "kind"), where + ".kind");
}

val tensor(const Tensor<float>& values, std::initializer_list<Index> shape) {
  val tensor = val::object();
  val axes = val::array();
  for (const Index length : shape) axes.call<void>("push", length);
  tensor.set("data", val(emscripten::typed_memory_view(values.data.size(), values.data.data())).call<val>("slice"));
  tensor.set("shape", axes);
  return tensor;
}

/// (1, length, width)
val rows(const Tensor<float>& values) { return tensor(values, {1, values.shape.length, values.shape.dim}); }

/// A list with undefined where nothing was kept; undefined where nothing was kept at all.
template <typename Parts, typename Make>
val list_of(const Parts& parts, Make make) {
  bool any = false;
  val list = array_of(parts, [&](const auto& part) {
    const val made = make(part);
    any = any || !made.isUndefined();
    return made;
  });
  return any ? list : val::undefined();
}

val weights_of(const std::vector<AttentionRecord>& records) {
  return list_of(records, [](const AttentionRecord& record) {
    const auto& [batch, heads, queries, keys] = record.weights.shape;
    return record.weights.data.empty() ? val::undefined() : tensor(record.weights, {batch, heads, queries, keys});
  });
}

void set_given(val& object, const std::string& name, const val& value) {
  if (!value.isUndefined()) object.set(name, value);
}

}  // namespace

Interventions interventions_at(const val& options) {
  const val given = property(options, "interventions");
  check_names(given, "interventions", "ablate, mask, patch");
  Interventions interventions;
  for_each(given, "ablate", [&](const val& each, const std::string& name) {
    check_names(each, name.c_str(), "layer, head, kind");
    interventions.ablate.push_back({index_at(each, name, "layer"), index_at(each, name, "head"), kind_at(each, name)});
  });
  for_each(given, "mask", [&](const val& each, const std::string& name) {
    check_names(each, name.c_str(), "layer, head, query, key, kind");
    interventions.mask.push_back({index_at(each, name, "layer"), index_at(each, name, "head"),
                                  index_at(each, name, "query"), index_at(each, name, "key"), kind_at(each, name)});
  });
  for_each(given, "patch", [&](const val& each, const std::string& name) {
    check_names(each, name.c_str(), "layer, position, values, kind");
    const val values = property(each, "values");
    if (!is_typed_array(values, "Float32Array")) refuse(name + ".values", values, "a Float32Array");
    interventions.patch.push_back({index_at(each, name, "layer"), index_at(each, name, "position"),
                                   emscripten::convertJSArrayToNumberVector<float>(values), kind_at(each, name)});
  });
  return interventions;
}

ForwardInputs::ForwardInputs(const val& inputs) {
  if (!is_given(inputs)) refuse("inputs", inputs, "an object");
  check_names(inputs, "inputs", "inputIds, attentionMask, tokenTypeIds, decoderInputIds, pixelValues");
  ids_ = ids_at(inputs, "inputIds");
  token_types_ = ids_at(inputs, "tokenTypeIds");
  decoder_ids_ = ids_at(inputs, "decoderInputIds");
  for (const std::int32_t visible : ids_at(inputs, "attentionMask")) {
    require(visible == 0 || visible == 1,
            {"attentionMask[", static_cast<Index>(attention_mask_.size()), "] is ", visible, "; it must be 0 or 1"});
    attention_mask_.push_back(static_cast<std::uint8_t>(visible));
  }
  if (is_given(property(inputs, "pixelValues"))) {
    pixels_ = tensor_at<float>(inputs, "pixelValues");
    require(!pixels_.data.empty(), {"pixelValues has shape ", pixels_.shape, "; it must not be empty"});
  }
  // To the core, no numbers are none given.
  const auto ids = static_cast<Index>(ids_.size());
  for (const auto& [name, is_empty] :
       {std::pair{"attentionMask", attention_mask_.empty()}, {"tokenTypeIds", token_types_.empty()}})
    require(ids == 0 || !is_empty || !is_given(property(inputs, name)), {name, " has 0 numbers for ", ids, " tokens"});
}

ForwardInput ForwardInputs::view() const {
  ForwardInput input;
  input.ids = ids_;
  input.attention_mask = attention_mask_;
  input.token_types = token_types_;
  input.decoder_ids = decoder_ids_;
  if (!pixels_.data.empty()) input.pixels = pixels_;
  return input;
}

std::optional<ElementType> dtype_argument(const val& dtype) {
  const std::string name = dtype.isString() ? dtype.as<std::string>() : "";
  if (!is_given(dtype) || name == "file") return std::nullopt;
  if (name == "f32") return ElementType::kF32;
  if (name == "q8") return ElementType::kQ8;
  if (name == "q4") return ElementType::kQ4;
  refuse("dtype", dtype, "\"file\", \"f32\", \"q8\" or \"q4\"");
}

ForwardRequest forward_request(const val& options) {
  check_names(options, "options", "attentions, hiddenStates, logits, interventions");
  ForwardRequest request;
  request.hidden_states = flag_at(options, "hiddenStates");
  const val attentions = property(options, "attentions");
  if (attentions.isArray())
    for_each(options, "attentions", [&](const val& each, const std::string& name) {
      check_names(each, name.c_str(), "layer, heads");
      HeadChoice choice{index_at(each, name, "layer"), {}};
      for (const std::int32_t head : ids_at(each, "heads")) choice.heads.push_back(head);
      const val heads = property(each, "heads");
      if (is_given(heads) && choice.heads.empty()) refuse(name + ".heads", heads, "of one head or more");
      request.attentions.push_back(choice);
    });
  else
    request.all_attentions = flag_at(options, "attentions");
  const val logits = property(options, "logits");
  const std::string which = logits.isString() ? logits.as<std::string>() : "";
  if (which == "last")
    request.logits = ForwardRequest::Logits::kLast;
  else if (which == "none")
    request.logits = ForwardRequest::Logits::kNone;
  else if (is_given(logits) && which != "all")
    refuse("logits", logits, "\"all\", \"last\" or \"none\"");
  request.interventions = interventions_at(options);
  return request;
}

SamplingOptions sampling_options(const val& given) {
  SamplingOptions sampling;
  sampling.temperature = number_at(given, "temperature").value_or(0);
  sampling.top_k = whole_number_at(given, "topK").value_or(0);
  sampling.top_p = number_at(given, "topP").value_or(1);
  return sampling;
}

GenerationOptions generation_options(const val& given) {
  check_names(given, "options", "maxNewTokens, temperature, topK, topP, seed, eosTokenId");
  GenerationOptions options;
  options.max_new_tokens = whole_number_at(given, "maxNewTokens").value_or(options.max_new_tokens);
  options.sampling = sampling_options(given);
  options.seed = seed_at(given).value_or(0);
  const val end = property(given, "eosTokenId");
  if (end.isNull()) {
    options.end_tokens = std::vector<Index>{};
  } else if (end.isNumber()) {
    options.end_tokens = std::vector<Index>{whole_number(end, "eosTokenId")};
  } else if (!end.isUndefined()) {
    options.end_tokens = std::vector<Index>{};
    for (const std::int32_t id : ids_at(given, "eosTokenId")) options.end_tokens->push_back(id);
  }
  return options;
}

ForwardResultValue to_js(const ForwardResult& result, const ArchitectureConfig& architecture) {
  val object = val::object();
  const Tensor<float>& logits = result.logits;
  const bool is_of_whole = architecture.head && architecture.head->pooling != HeadConfig::Pooling::kNone;
  if (!logits.data.empty()) object.set("logits", is_of_whole ? tensor(logits, {1, logits.shape.dim}) : rows(logits));
  if (!result.last_hidden_state.data.empty()) object.set("lastHiddenState", rows(result.last_hidden_state));
  if (architecture.kind == ModelKind::kEncoderDecoder) {
    set_given(object, "encoderAttentions", weights_of(result.encoder.attentions));
    set_given(object, "decoderAttentions", weights_of(result.decoder.attentions));
    set_given(object, "crossAttentions", weights_of(result.decoder.cross_attentions));
    set_given(object, "encoderHiddenStates", list_of(result.encoder.hidden_states, rows));
    set_given(object, "decoderHiddenStates", list_of(result.decoder.hidden_states, rows));
  } else {
    const StackResult& stack = architecture.decoder ? result.decoder : result.encoder;
    set_given(object, "attentions", weights_of(stack.attentions));
    set_given(object, "hiddenStates", list_of(stack.hidden_states, rows));
  }
  return ForwardResultValue(object);
}

}  // namespace heed::js
