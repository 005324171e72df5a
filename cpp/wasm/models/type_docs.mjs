/** What the types of heed-models' binding say to who uses them, as cpp/wasm/type_docs.mjs does for heed-core. */
import { docs as coreDocs } from "../type_docs.mjs";

export const argumentNames = {
  ForwardInputs: ["forward", 0],
  CoreForwardOptions: ["forward", 1],
  CoreGenerationOptions: ["generator", 2],
  CoreRunOptions: ["run", 2],
};

const tensors = "ModelTensor[]";

/** In an order in which each spells out only what has its name by then. */
export const typeNames = {
  ModelTensor: "{ data: Float32Array; shape: number[] }",
  PixelTensor: "{ data: Float32Array; shape: ArrayLike<number> }",
  HeadChoice: "{ layer: number; heads?: ArrayLike<number> }",
  Ablation: '{ layer: number; head: number; kind?: "encoder" | "decoder" | "cross" }',
  MaskedPair: '{ layer: number; head: number; query: number; key: number; kind?: "encoder" | "decoder" | "cross" }',
  CorePatch: '{ layer: number; position: number; values: Float32Array; kind?: "encoder" | "decoder" }',
  CoreInterventions: "{ ablate?: Ablation[]; mask?: MaskedPair[]; patch?: CorePatch[] }",
  GeneratedToken: "{ id: number; probability: number }",
  HeadWeights:
    "{ queries: number; keys: number; weights: Float32Array; visible: Uint8Array; visibleKeys: Float32Array;" +
    " entropy: Float32Array; largest: number }",
  Thumbnail: "{ rows: number; columns: number; cells: Float32Array }",
  HeadReport:
    "{ previousToken: number; firstToken: number; self: number; meanDistance: number; local: number;" +
    " entropy: number; duplicateToken: number; induction: number;" +
    ' label: "other" | "previous token" | "first token" | "self" | "duplicate token" | "induction"' +
    ' | "local" | "broad"; thumbnail: Thumbnail }',
  AttentionShape: '{ kind: "encoder" | "decoder" | "cross"; heads: number[]; queries: number; keys: number }',
  PairExplanation:
    "{ query: Float32Array; key: Float32Array; products: Float32Array; product: number; scale: number;" +
    " softcap: number; bias: number; logit: number; logSumExp: number; weight: number; visible: boolean;" +
    " rotary: boolean; productBeforeTurn: number }",
  DirectEffects:
    "{ logit: number; embedding: number; constant: number; heads: number[][]; crossHeads: number[][];" +
    " feedForward: number[]; layers: number[] }",
  KeptKeys: "{ tokens: number; computed: number; bytes: number }",
  WeightDifference: "{ weights: Float32Array; largest: number }",
  Spread: "{ mean: number; deviation: number; largest: number; largestAt: number }",
  ImageShape:
    "{ channels: number; height: number; width: number; patchHeight: number; patchWidth: number; anySize: boolean }",
  TokenPrediction: "{ id: number; logit: number; probability: number; rank: number }",
  ForwardResult:
    `{ logits?: ModelTensor; lastHiddenState?: ModelTensor; attentions?: ${tensors}; hiddenStates?: ${tensors};` +
    ` encoderAttentions?: ${tensors}; decoderAttentions?: ${tensors}; crossAttentions?: ${tensors};` +
    ` encoderHiddenStates?: ${tensors}; decoderHiddenStates?: ${tensors} }`,
  ModelInfo:
    '{ family: string; architecture: string; kind: "decoder" | "encoder" | "encoder-decoder" | "image";' +
    " layers: number; encoderLayers?: number; heads: number; keyValueHeads: number; headDim: number; width: number;" +
    " vocabulary: number; context: number; parameters: number; bytes: number; memory: number; dtype: string;" +
    " threads: number;" +
    ' predicts: "tokens" | "classes" | "nothing"; whyNoLogits?: string; decoderStart?: number; image?: ImageShape }',
};

/** Every module has these. */
const shared = /^(Tensor|TensorShape|WeightStatistics|WeightRows|EntropyMeasures)(\.|$)/;

export const docs = {
  ...Object.fromEntries(Object.entries(coreDocs).filter(([name]) => shared.test(name))),

  ModelTensor: "An array of as many axes as transformers gives it, row-major.",
  "ModelTensor.data": "As many numbers as the shape has elements.",
  "ModelTensor.shape": "The lengths of its axes; the first is the batch, which is 1.",

  PixelTensor: "Normalised pixels of an image.",
  "PixelTensor.data": "As many numbers as the shape has elements.",
  "PixelTensor.shape": "[1, channels, height, width].",

  ForwardInputs: "What a model is given: tokens, or the pixels of an image.",
  "ForwardInputs.inputIds": "Token ids; of encoder-decoders those of the encoder.",
  "ForwardInputs.attentionMask": "For each token 1, or 0 for padding, which no token attends to.",
  "ForwardInputs.tokenTypeIds": "For each token the number of its segment; 0 by default.",
  "ForwardInputs.decoderInputIds": "Token ids of an encoder-decoder's decoder.",
  "ForwardInputs.pixelValues": "Of image models.",

  CoreForwardOptions: "What a forward pass returns besides its result, and what is changed in it.",
  "CoreForwardOptions.attentions":
    "Attention weights of all heads of all layers, or of those that are listed. false by default.",
  "CoreForwardOptions.hiddenStates": "The hidden states before each layer and after the last. false by default.",
  "CoreForwardOptions.logits": 'Of all positions ("all", the default), of the last, or none.',
  "CoreForwardOptions.interventions": "Changes to what the model computes.",
  HeadChoice: "Heads of a layer.",
  "HeadChoice.layer": "Counted from 0.",
  "HeadChoice.heads": "Which; all of them by default.",
  CoreInterventions: "Changes to what a model computes.",
  "CoreInterventions.ablate": "Heads whose output is zero.",
  "CoreInterventions.mask": "Query-key pairs that are hidden.",
  "CoreInterventions.patch": "Hidden states that are replaced.",
  Ablation: "A head whose output is set to zero.",
  "Ablation.layer": "Counted from 0.",
  "Ablation.head": "Counted from 0.",
  "Ablation.kind": "Which attention of an encoder-decoder; the decoder's own by default.",
  MaskedPair: "A query that may not attend to a key.",
  "MaskedPair.layer": "Counted from 0.",
  "MaskedPair.head": "Counted from 0.",
  "MaskedPair.query": "Its position.",
  "MaskedPair.key": "Its position.",
  "MaskedPair.kind": "Which attention of an encoder-decoder; the decoder's own by default.",
  CorePatch: "The hidden state of a position before a layer, replaced by other values.",
  "CorePatch.layer": "The layer that it enters.",
  "CorePatch.position": "Of the token.",
  "CorePatch.values": "As many as the model is wide.",
  "CorePatch.kind": "Which stack of an encoder-decoder; the decoder by default.",

  ForwardResult: "What a forward pass gives: what was asked for, as transformers names and shapes it.",
  "ForwardResult.logits": "[1, positions, vocabulary]; of image models [1, classes].",
  "ForwardResult.lastHiddenState": "[1, positions, width], of models without a head, in place of logits.",
  "ForwardResult.attentions": "For each layer [1, heads, queries, keys].",
  "ForwardResult.hiddenStates":
    "[1, positions, width] before each layer, and after the last and the final norm where there is one.",
  "ForwardResult.encoderAttentions": "Of an encoder-decoder's encoder.",
  "ForwardResult.decoderAttentions": "Of its decoder, to the decoder's own tokens.",
  "ForwardResult.crossAttentions": "Of its decoder, to the encoder's tokens.",
  "ForwardResult.encoderHiddenStates": "Of its encoder.",
  "ForwardResult.decoderHiddenStates": "Of its decoder.",

  CoreGenerationOptions: "How a text is continued.",
  "CoreGenerationOptions.maxNewTokens": "20 by default; fewer where the model's context is full.",
  "CoreGenerationOptions.temperature": "Divides the logits. 0, the default: always the most likely token.",
  "CoreGenerationOptions.topK": "Only the k most likely tokens; 0, the default: all.",
  "CoreGenerationOptions.topP": "Of those, the fewest whose probabilities add up to this; 1 by default.",
  "CoreGenerationOptions.seed": "Of the random numbers, from 0 to 2³² − 1; 0 by default.",
  "CoreGenerationOptions.eosTokenId":
    "The tokens that end the text; those of the configuration by default, null: none.",
  GeneratedToken: "A token that follows.",
  "GeneratedToken.id": "Its number in the vocabulary.",
  "GeneratedToken.probability": "Among all tokens at the temperature (at 1 where it is 0), before topK and topP.",

  CoreRunOptions: "What is changed in a run.",
  "CoreRunOptions.interventions": "Changes to what the model computes.",
  CoreRun: "A pass over a text in WebAssembly, and what views of it are computed from.",
  "CoreRun.head": "The weights of a head.",
  "CoreRun.meanOfHeads": "The mean of the weights of a layer's heads.",
  "CoreRun.report": "What a head looks at, and its thumbnail in cells of block × block weights.",
  "CoreRun.reports": "The same of all heads of a layer.",
  "CoreRun.attentions": "What the pass attended with.",
  "CoreRun.extend": "Reads further tokens of a decoder's text, with the keys and values that are kept.",
  "CoreRun.truncate": "Forgets all but the first tokens of a decoder's text.",
  "CoreRun.nextToken": "The token that follows a decoder's text.",
  "CoreRun.keptKeys": "What a decoder's run keeps of keys and values.",
  "CoreRun.pairValues": "(queries × keys): what a head computes for each pair.",
  "CoreRun.explain": "How the weight of one pair comes about.",
  "CoreRun.weightsOfQuery": "(heads × keys): what one query gives in each head of a layer.",
  "CoreRun.rollout": "(keys): attention rollout to one position.",
  "CoreRun.directEffects": "What each part adds to a logit, or to the difference of two.",
  AttentionShape: "The attentions of one kind.",
  "AttentionShape.kind": "Which.",
  "AttentionShape.heads": "How many each layer has.",
  "AttentionShape.queries": "How many rows a head's map has.",
  "AttentionShape.keys": "How many columns.",
  PairExplanation: "How the weight of one pair comes about: exp(softcap(scale · Σ products) + bias − logSumExp).",
  "PairExplanation.query": "The query as it meets the key: normed, and turned by its position.",
  "PairExplanation.key": "The key.",
  "PairExplanation.products": "Of their components.",
  "PairExplanation.product": "Their sum.",
  "PairExplanation.scale": "That the sum is multiplied by.",
  "PairExplanation.softcap": "c of c · tanh(s / c); 0: none.",
  "PairExplanation.bias": "What is added by position.",
  "PairExplanation.logit": "What softmax is taken of.",
  "PairExplanation.logSumExp": "Of the query's logits.",
  "PairExplanation.weight": "The attention weight.",
  "PairExplanation.visible": "Whether the query may see the key.",
  "PairExplanation.rotary": "Whether query and key are turned by their positions.",
  "PairExplanation.productBeforeTurn": "Of query and key before they are turned.",
  DirectEffects: "What each part of a model writes into a logit, or into the difference of two; they add up to it.",
  "DirectEffects.logit": "The sum, before a soft cap.",
  "DirectEffects.embedding": "Of what enters the first layer.",
  "DirectEffects.constant": "Of biases.",
  "DirectEffects.heads": "Of each layer, of each head.",
  "DirectEffects.crossHeads": "The same of cross-attention.",
  "DirectEffects.feedForward": "Of each layer.",
  "DirectEffects.layers": "Of each layer, all its parts together.",
  KeptKeys: "The keys and values that a decoder's run keeps, which is what a cache holds while a text is generated.",
  "KeptKeys.tokens": "Of how many tokens, in every layer.",
  "KeptKeys.computed": "How many of them the last pass computed; it found those before.",
  "KeptKeys.bytes": "Of the keys and values of all layers.",
  WeightDifference: "What it takes to come from some weights to others.",
  "WeightDifference.weights": "The others less these, place by place.",
  "WeightDifference.largest": "The largest distance from 0.",

  Spread: "What several numbers amount to.",
  "Spread.mean": "Their mean.",
  "Spread.deviation": "Their standard deviation.",
  "Spread.largest": "The largest.",
  "Spread.largestAt": "Where it is.",
  ImageShape: "Of the images that a model takes.",
  "ImageShape.channels": "Of a pixel.",
  "ImageShape.height": "In pixels, as the model was trained.",
  "ImageShape.width": "In pixels, as the model was trained.",
  "ImageShape.patchHeight": "In pixels.",
  "ImageShape.patchWidth": "In pixels.",
  "ImageShape.anySize": "Whether images of other heights and widths are taken too.",
  "CoreRun.predictions":
    "Of so many of the most likely tokens, or of those listed, read from the hidden state before a layer or after the last.",
  "CoreRun.delete": "Frees it.",
  HeadWeights: "The attention weights of a head.",
  "HeadWeights.queries": "How many rows.",
  "HeadWeights.keys": "How many columns.",
  "HeadWeights.weights": "(queries × keys).",
  "HeadWeights.visible": "(queries × keys), 1 where the query may see the key.",
  "HeadWeights.visibleKeys": "Per query, how many keys it sees.",
  "HeadWeights.entropy": "Per query, in nats.",
  "HeadWeights.largest": "The largest weight.",
  Thumbnail: "A picture of a head's weights.",
  "Thumbnail.rows": "⌈queries / block⌉.",
  "Thumbnail.columns": "⌈keys / block⌉.",
  "Thumbnail.cells": "(rows × columns), the largest weight of each block.",
  HeadReport: "What a head looks at, as means over queries.",
  "HeadReport.previousToken": "Attention to the token before.",
  "HeadReport.firstToken": "Attention of later tokens to the first.",
  "HeadReport.self": "Attention of a token to itself.",
  "HeadReport.meanDistance": "From query to key, weighted by attention, in tokens.",
  "HeadReport.local": "Attention to the two tokens on either side and to the token itself.",
  "HeadReport.entropy": "From 0 to 1: the entropy over that of an even share.",
  "HeadReport.duplicateToken": "Attention to earlier occurrences of the same token, of those tokens that have one.",
  "HeadReport.induction":
    "Attention to what followed earlier occurrences of the same token, of those tokens that have one.",
  "HeadReport.label": "What it mostly looks at.",
  "HeadReport.thumbnail": "A picture of its weights.",
  TokenPrediction: "What is expected of a token.",
  "TokenPrediction.id": "Its number in the vocabulary.",
  "TokenPrediction.logit": "Its logit.",
  "TokenPrediction.probability": "Among all tokens, at temperature 1.",
  "TokenPrediction.rank": "0 for the most likely.",

  ModelInfo: "What a model is.",
  "ModelInfo.family": "The configuration's model_type.",
  "ModelInfo.architecture": "The class of transformers that it was saved from.",
  "ModelInfo.kind": "Decoders continue a text, encoders see all of it at once, images are cut into patches.",
  "ModelInfo.layers": "Of encoder-decoders those of the decoder.",
  "ModelInfo.encoderLayers": "Of encoder-decoders.",
  "ModelInfo.heads": "Of a layer.",
  "ModelInfo.keyValueHeads": "Fewer than heads where several queries share a key.",
  "ModelInfo.headDim": "The length of a head's query.",
  "ModelInfo.width": "The length of a hidden state.",
  "ModelInfo.vocabulary": "How many tokens it knows; 0 for image models.",
  "ModelInfo.context": "The longest text; 0: no limit.",
  "ModelInfo.parameters": "How many numbers it has learnt.",
  "ModelInfo.bytes": "Of its weights as the files store them.",
  "ModelInfo.memory":
    "Bytes of WebAssembly memory that it has taken so far, its program and all that was computed with it included.",
  "ModelInfo.predicts": "Of what it gives logits: of tokens at every position, or of classes for the whole.",
  "ModelInfo.whyNoLogits": "Where the class that it was saved from has a head, and it gives no logits: why.",
  "ModelInfo.decoderStart":
    "The token that an encoder-decoder's decoder begins with, where the configuration names it.",
  "ModelInfo.image": "Of image models.",
  "ModelInfo.dtype": 'What most of its weights are in memory: "f32", "f16", "bf16", "q8", …',

  "ModelInfo.threads": "How many threads compute, the caller's among them; 1 where memory cannot be shared.",
  CoreModel: "A model in WebAssembly.",
  "CoreModel.info": "What it is.",
  "CoreModel.forward": "One pass.",
  "CoreModel.stopThreads": "Ends all threads but the caller's.",
  "CoreModel.delete": "Frees it.",
  TextGenerator: "A text that is being continued.",
  "TextGenerator.next": "The next token; undefined at the end.",
  "TextGenerator.delete": "Frees it.",
  ModelLoader: "Takes a model's files.",
  "ModelLoader.addFile": "Begins a file.",
  "ModelLoader.write": "The next bytes of the file begun last.",
  "ModelLoader.checkFamily":
    "Throws where config.json, which was written last, is of an architecture that is not known.",
  "ModelLoader.open": "The model that the files hold.",
  "ModelLoader.delete": "Frees it.",
};
