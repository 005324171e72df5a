import type {
  CoreForwardOptions,
  CoreGenerationOptions,
  CoreModel,
  ForwardInputs,
  ForwardResult,
  GeneratedToken,
  MainModule,
  ModelInfo,
} from "../compute/core/heed-models.js";
import { checkNames } from "./check-names";
import type { ImageProcessing } from "./image-processing";
import { coreInterventions, type Interventions } from "./interventions";
import { Run } from "./run";
import { TextStream } from "./tokenizer/text-stream";
import type { Tokenizer } from "./tokenizer/tokenizer";

/** What a forward pass returns besides its result, and what is changed in it. */
export interface ForwardOptions extends Omit<CoreForwardOptions, "interventions"> {
  /** Changes to what the model computes. */
  interventions?: Interventions;
  /** Looked at before the pass begins. */
  signal?: AbortSignal;
}

/** What is changed in a run. */
export interface RunOptions {
  /** Changes to what the model computes. */
  interventions?: Interventions;
  /** Looked at before the pass begins. */
  signal?: AbortSignal;
}

/** How a text is continued. */
export interface GenerationOptions extends CoreGenerationOptions {
  /** Looked at before every token. */
  signal?: AbortSignal;
}

/** A token that continues a text. */
export interface GenerationStep extends GeneratedToken {
  /** What it adds to the text, where the model has a tokenizer; nothing while a character is not complete, and then all of it. */
  text?: string;
}

/** What other files than the configuration and the weights say. */
export interface FilesBeside {
  readonly tokenizer: Tokenizer | undefined;
  readonly whyNoTokenizer: string | undefined;
  readonly imageProcessing: ImageProcessing | undefined;
  /** Ends the workers of its threads, where it has some. */
  readonly end: (() => void) | undefined;
}

/**
 * A model that is open. Inputs that do not fit it, and options that there are not, throw an `Error` that names them and their
 * values; a result that does not fit into memory a `RangeError`.
 */
export class Model {
  /** What it is. */
  readonly info: ModelInfo;
  /** Text to tokens and back; undefined where the model came without the files of a tokenizer. */
  readonly tokenizer: Tokenizer | undefined;
  /** Where the files of a tokenizer came in a form that is not read: which, and what to do. */
  readonly whyNoTokenizer: string | undefined;
  /** How a model of images wants its pictures; undefined where it came without a preprocessor_config.json. */
  readonly imageProcessing: ImageProcessing | undefined;
  #core: CoreModel | undefined;
  readonly #module: MainModule;
  readonly #end: (() => void) | undefined;

  /** @internal */
  constructor(module: MainModule, core: CoreModel, beside: FilesBeside) {
    this.#module = module;
    this.tokenizer = beside.tokenizer;
    this.whyNoTokenizer = beside.tokenizer ? undefined : beside.whyNoTokenizer;
    this.imageProcessing = beside.imageProcessing;
    this.#core = core;
    this.#end = beside.end;
    this.info = core.info();
  }

  /** One pass over a text, or over an image. It keeps what is asked for and nothing else. */
  async forward(inputs: ForwardInputs, options: ForwardOptions = {}): Promise<ForwardResult> {
    const { signal, interventions, ...others } = options;
    signal?.throwIfAborted();
    const changes = interventions && { interventions: coreInterventions(interventions, this.info) };
    return this.#open().forward(inputs, { ...others, ...changes });
  }

  /** One pass over a text, kept so that all its heads and layers can be looked at. Close it when it is no longer needed. */
  async run(inputs: ForwardInputs, options: RunOptions = {}): Promise<Run> {
    checkNames(options, "options", ["signal", "interventions"]);
    const { signal, interventions } = options;
    signal?.throwIfAborted();
    const changes = interventions && { interventions: coreInterventions(interventions, this.info) };
    const run = this.#module.run(this.#open(), inputs, { ...changes });
    if (!run) throw new Error("the core began no run");
    return new Run(this.#module, run);
  }

  /** Continues a text token by token, up to and with an end token. Between tokens, whatever else is waiting runs. */
  async *generate(inputs: ForwardInputs, options: GenerationOptions = {}): AsyncGenerator<GenerationStep, void> {
    const { signal, ...others } = options;
    signal?.throwIfAborted();
    const text = this.#module.generator(this.#open(), inputs, others);
    if (!text) throw new Error("the core began no text");
    const before = this.info.kind === "encoder-decoder" ? inputs.decoderInputIds : inputs.inputIds;
    const stream = this.tokenizer && new TextStream(this.tokenizer, before);
    const { port1, port2 } = new MessageChannel();
    try {
      for (let token = text.next(); token; token = text.next()) {
        yield stream ? { ...token, text: stream.next(token.id) } : token;
        await new Promise((resolve) => {
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
        signal?.throwIfAborted();
        this.#open();
      }
    } finally {
      port1.close();
      text.delete();
    }
  }

  /** Frees its memory; it can do nothing afterwards. */
  close(): void {
    if (!this.#core) return;
    // Runs may be looked at after that, on the caller's thread.
    this.#core.stopThreads();
    this.#core.delete();
    this.#core = undefined;
    this.#end?.();
  }

  #open(): CoreModel {
    if (!this.#core) throw new Error("the model is closed");
    return this.#core;
  }
}
