#include <emscripten/bind.h>
#include <unistd.h>

#include "../held.h"
#include "model_loader.h"

// The module of models: what web/src/models/ builds on, which gives the types their public names.

namespace heed::js {
namespace {

EMSCRIPTEN_DECLARE_VAL_TYPE(ModelInfoValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(GeneratedTokenValue)
EMSCRIPTEN_DECLARE_VAL_TYPE(FileBytes)
EMSCRIPTEN_DECLARE_VAL_TYPE(FileName)
EMSCRIPTEN_DECLARE_VAL_TYPE(ThreadsArgument)

/// A text that is being generated, and the model that must be there as long.
struct TextGenerator {
  std::shared_ptr<OpenModel> model;
  Generator generator;
};

std::string text(const val& value, const char* name) {
  if (!value.isString()) throw std::invalid_argument(message({name, " is ", shown(value), "; it must be a string"}));
  return value.as<std::string>();
}

void add_file(ModelLoader& loader, const FileName& name, const Number& size) {
  guarded([&] { loader.add_file(text(name, "name"), number(size, "size")); });
}

void write(ModelLoader& loader, const FileBytes& bytes) {
  guarded([&] { loader.write(bytes); });
}

void check_family(const ModelLoader& loader) {
  guarded([&] { loader.check_family(); });
}

std::shared_ptr<OpenModel> open(ModelLoader& loader, const DtypeArgument& dtype, const ThreadsArgument& threads) {
  return guarded([&] {
    const Index count = threads.isUndefined() ? 1 : whole_number(threads, "threads");
    require(count >= 1, {"threads is ", count, "; it must be at least 1"});
    return loader.open(dtype, count);
  });
}

void stop_threads(const OpenModel& model) {
  guarded([&] { model.pool->stop(); });
}

ModelInfoValue info(const OpenModel& model) {
  return guarded([&] {
    const ArchitectureConfig& architecture = model.loaded.model.architecture();
    const StackConfig& stack = architecture.main_stack();
    const AttentionConfig& attention = stack.blocks.at(0).attention;
    val info = val::object();
    info.set("family", architecture.family);
    info.set("architecture", architecture.architecture);
    info.set("kind", std::string(name_of(architecture.kind)));
    info.set("layers", stack.blocks.size());
    if (architecture.kind == ModelKind::kEncoderDecoder) info.set("encoderLayers", architecture.encoder->blocks.size());
    info.set("heads", attention.heads);
    info.set("keyValueHeads", attention.key_value_heads);
    info.set("headDim", attention.head_dim);
    info.set("width", stack.width);
    info.set("vocabulary", architecture.vocabulary);
    info.set("context", architecture.context);
    info.set("parameters", model.loaded.model.parameters());
    info.set("bytes", model.loaded.model.bytes());
    // Addresses begin at 0: where the heap ends is what was taken.
    info.set("memory", static_cast<double>(reinterpret_cast<std::uintptr_t>(sbrk(0))));
    info.set("dtype", model.dtype);
    info.set("threads", model.pool->threads());
    const Model& loaded = model.loaded.model;
    const char* predicts = loaded.predicts_tokens() ? "tokens" : loaded.has_logits() ? "classes" : "nothing";
    info.set("predicts", std::string(predicts));
    if (!architecture.why_no_head.empty()) info.set("whyNoLogits", architecture.why_no_head);
    if (architecture.decoder_start_token) info.set("decoderStart", *architecture.decoder_start_token);
    if (const auto& patches = stack.embedding.patches) {
      val image = val::object();
      image.set("channels", patches->channels);
      image.set("height", patches->image_height);
      image.set("width", patches->image_width);
      image.set("patchHeight", patches->patch_height);
      image.set("patchWidth", patches->patch_width);
      image.set("anySize", patches->any_size);
      info.set("image", image);
    }
    return ModelInfoValue(info);
  });
}

ForwardResultValue forward(const OpenModel& model, const ForwardInputsArgument& given,
                           const ForwardOptionsArgument& options) {
  return guarded([&] {
    const ForwardInputs inputs(given);
    ForwardRequest request = forward_request(options);
    request.pool = model.pool.get();
    return to_js(model.loaded.model.forward(inputs.view(), request), model.loaded.model.architecture());
  });
}

/// The model is held while the arguments are read, as in held.h.
std::shared_ptr<TextGenerator> generator(std::shared_ptr<OpenModel> model, const ForwardInputsArgument& given,
                                         const GenerationOptionsArgument& options) {
  return guarded([&] {
    if (!model) throw std::invalid_argument("model is null; it must be a model");
    const ForwardInputs inputs(given);
    return std::make_shared<TextGenerator>(TextGenerator{
        model, Generator(model->loaded.model, inputs.view(), generation_options(options), model->pool.get())});
  });
}

GeneratedTokenValue next(TextGenerator& text) {
  return guarded([&] {
    const auto token = text.generator.next();
    if (!token) return GeneratedTokenValue(val::undefined());
    val object = val::object();
    object.set("id", token->id);
    object.set("probability", token->probability);
    return GeneratedTokenValue(object);
  });
}

EMSCRIPTEN_BINDINGS(heed_models) {
  using namespace emscripten;
  register_type<FileBytes>("Uint8Array");
  register_type<FileName>("string");
  register_type<DtypeArgument>("\"file\" | \"f32\" | \"q8\" | \"q4\" | undefined");
  register_type<ThreadsArgument>("number | undefined");
  register_type<ForwardInputsArgument>(
      "{ inputIds?: ArrayLike<number>; attentionMask?: ArrayLike<number>; tokenTypeIds?: ArrayLike<number>;"
      " decoderInputIds?: ArrayLike<number>;"
      " pixelValues?: { data: Float32Array; shape: ArrayLike<number> } }");
  register_type<ForwardOptionsArgument>(
      "{ attentions?: boolean | { layer: number; heads?: ArrayLike<number> }[]; hiddenStates?: boolean;"
      " logits?: \"all\" | \"last\" | \"none\"; interventions?: {"
      " ablate?: { layer: number; head: number; kind?: \"encoder\" | \"decoder\" | \"cross\" }[];"
      " mask?: { layer: number; head: number; query: number; key: number;"
      " kind?: \"encoder\" | \"decoder\" | \"cross\" }[];"
      " patch?: { layer: number; position: number; values: Float32Array; kind?: \"encoder\" | \"decoder\" }[] } }");
  register_type<GenerationOptionsArgument>(
      "{ maxNewTokens?: number; temperature?: number; topK?: number; topP?: number; seed?: number;"
      " eosTokenId?: number | ArrayLike<number> | null }");
  register_type<ModelInfoValue>(
      "{ family: string; architecture: string; kind: \"decoder\" | \"encoder\" | \"encoder-decoder\" | \"image\";"
      " layers: number; encoderLayers?: number; heads: number; keyValueHeads: number; headDim: number; width: number;"
      " vocabulary: number; context: number; parameters: number; bytes: number; memory: number; dtype: string;"
      " threads: number;"
      " predicts: \"tokens\" | \"classes\" | \"nothing\"; decoderStart?: number;"
      " image?: { channels: number; height: number; width: number; patchHeight: number; patchWidth: number; anySize: "
      "boolean } }");
  register_type<ForwardResultValue>(
      "{ logits?: { data: Float32Array; shape: number[] }; lastHiddenState?: { data: Float32Array; shape: number[] };"
      " attentions?: { data: Float32Array; shape: number[] }[]; hiddenStates?: { data: Float32Array; shape: number[] "
      "}[];"
      " encoderAttentions?: { data: Float32Array; shape: number[] }[];"
      " decoderAttentions?: { data: Float32Array; shape: number[] }[];"
      " crossAttentions?: { data: Float32Array; shape: number[] }[];"
      " encoderHiddenStates?: { data: Float32Array; shape: number[] }[];"
      " decoderHiddenStates?: { data: Float32Array; shape: number[] }[] }");
  register_type<GeneratedTokenValue>("{ id: number; probability: number } | undefined");

  class_<OpenModel>("CoreModel")
      .smart_ptr<std::shared_ptr<OpenModel>>("CoreModelPointer")
      .function("info", held<&info>)
      .function("forward(inputs, options)", held<&forward>)
      .function("stopThreads", held<&stop_threads>);
  class_<TextGenerator>("TextGenerator")
      .smart_ptr<std::shared_ptr<TextGenerator>>("TextGeneratorPointer")
      .function("next", held<&next>);
  class_<ModelLoader>("ModelLoader")
      .smart_ptr_constructor("ModelLoaderPointer", &std::make_shared<ModelLoader>)
      .function("addFile(name, size)", held<&add_file>)
      .function("write(bytes)", held<&write>)
      .function("checkFamily", held<&check_family>)
      .function("open(dtype, threads)", held<&open>);
  function("generator(model, inputs, options)", &generator);
}

}  // namespace
}  // namespace heed::js
