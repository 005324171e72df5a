/** A model that is open in the worker, the runs of the present text, and what the page asks of them. */
import {
  type AttentionKind,
  type HeadReport,
  type Interventions,
  inspectModel,
  type Model,
  openModel,
  type Patch,
  type Run,
  type Spread,
  setHubToken,
  spreadOf,
  usualProcessing,
} from "../../models/models";
import { partOf } from "./context-part";
import { openGivenModel, openOwnModel } from "./open-own-model";
import { normalised, patchNames, pictureSeen } from "./picture";
import {
  type EncodedText,
  type ModelPlace,
  type Prediction,
  type Progress,
  type RunInput,
  type RunName,
  type ScoreName,
  scoreNames,
  type TaskMessage,
  type TaskName,
  type Tasks,
} from "./protocol";
import { recordRun } from "./record-run";
import { idsAsText, type TextReader, tokenizerReader } from "./text-reader";
import { wholeRun } from "./whole-run";
import { withOthers } from "./words-of-tokens";

interface PerformOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

interface Reading {
  readonly model: Model;
  readonly reader: TextReader;
}

export class ModelSession {
  #first: Reading | undefined;
  #second: Reading | undefined;
  #opened: Reading | undefined;
  readonly #runs = new Map<RunName, Run>();

  async perform(task: TaskMessage, options: PerformOptions): Promise<Tasks[TaskName]["result"]> {
    switch (task.name) {
      case "inspect":
        return inspected(task.request, options.signal);
      case "hubToken":
        setHubToken(task.request.token, task.request.endpoint);
        return undefined;
      case "open":
        return this.#openModel(task.request, options);
      case "adopt":
        return this.#adopt(task.request);
      case "closeSecond":
        return this.#closeSecond();
      case "encode":
        return this.#encode(task.request);
      case "picture":
        return this.#picture(task.request.picture);
      case "run":
        return this.#start(task.request, options.signal);
      case "many":
        return this.#many(task.request, options);
      case "next":
        return this.#next(task.request, options.signal);
      case "token":
        return this.#token(task.request.text);
      case "record":
        return recordRun(this.#run("plain"), task.request, options);
      case "wholeRun":
        return this.#wholeRun(task.request, options.signal);
      default:
        return this.#ask(task);
    }
  }

  #wholeRun({ form, input }: Tasks["wholeRun"]["request"], signal: AbortSignal): Promise<Blob> {
    const model = this.#open();
    return wholeRun(model, form, inputsOf(input, model), signal);
  }

  /** What a run is asked. */
  #ask(
    task: Exclude<
      TaskMessage,
      {
        name:
          | "inspect"
          | "hubToken"
          | "open"
          | "adopt"
          | "closeSecond"
          | "encode"
          | "picture"
          | "run"
          | "many"
          | "next"
          | "token"
          | "record"
          | "wholeRun";
      }
    >,
  ): Tasks[(typeof task)["name"]]["result"] {
    switch (task.name) {
      case "head": {
        const { run, layer, head, kind } = task.request;
        return head === null ? this.#run(run).meanOfHeads(layer, kind) : this.#run(run).head(layer, head, kind);
      }
      case "values": {
        const { layer, head, which, kind } = task.request;
        return this.#run("plain").pairValues(layer, head, which, kind);
      }
      case "layer": {
        const { layer, block, kind } = task.request;
        return this.#run("plain").reports(layer, block, kind);
      }
      case "divergence":
        return this.#run("plain").divergenceFrom(this.#run(task.request.run), task.request.layer, task.request.kind);
      case "query": {
        const { layer, query, kind } = task.request;
        return this.#run("plain").weightsOfQuery(layer, query, kind);
      }
      case "explain": {
        const { layer, head, query, key, kind } = task.request;
        return this.#run("plain").explain(layer, head, query, key, kind);
      }
      case "rollout":
        return this.#run("plain").rollout(task.request.position, task.request.kind);
      case "effects": {
        const { position, token, other } = task.request;
        return this.#run("plain").directEffects(position, token, other ?? undefined);
      }
      case "predictions": {
        const { run, position, which } = task.request;
        return this.#predictions(run, this.#open().info.layers, position, which);
      }
      case "lens": {
        const { position, count } = task.request;
        return Array.from({ length: this.#open().info.layers + 1 }, (_, layer) =>
          this.#predictions("plain", layer, position, count),
        );
      }
    }
  }

  async #openModel(
    { source, ...choice }: Tasks["open"]["request"],
    options: PerformOptions,
  ): Promise<Tasks["open"]["result"]> {
    const opened =
      "own" in source
        ? await openOwnModel(source.url, options)
        : (("files" in source ? await openGivenModel(source.files, options) : undefined) ?? {
            model: await openModel(source, { ...options, ...choice }),
            reader: undefined,
          });
    const { model } = opened;
    const { info } = model;
    const reader = opened.reader ?? tokenizerReader(model) ?? idsAsText;
    this.#opened?.model.close();
    this.#opened = { model, reader };
    const { whyNoTokenizer, imageProcessing } = model;
    const readsText = reader !== idsAsText;
    return { info, readsText, whyNoTokenizer, imageProcessing, predictsTokens: info.predicts === "tokens" };
  }

  #adopt(place: ModelPlace): undefined {
    if (!this.#opened) throw new Error("no model was opened");
    const opened = this.#opened;
    this.#opened = undefined;
    this.#closeSecond();
    if (place === "second") {
      this.#second = opened;
      return;
    }
    this.#closeRuns();
    this.#first?.model.close();
    this.#first = opened;
  }

  #closeSecond(): undefined {
    this.#closeRun("compared");
    this.#second?.model.close();
    this.#second = undefined;
  }

  #encode({ text, second, added, from = null, run = "plain" }: Tasks["encode"]["request"]): EncodedText {
    const { model, reader } = this.#reading(run);
    const { kind, decoderStart = 0, context } = model.info;
    if (kind === "image") return { input: { ids: [] }, names: [], unknown: [] };
    const addedNames = added.map((id) => reader.nameOf(id));
    if (kind === "encoder-decoder") {
      const { ids, names, unknown, words } = reader.read(text);
      const target = reader.readBare(second);
      // Numbers are taken as they are typed.
      const start = reader === idsAsText && target.ids.length > 0 ? [] : [decoderStart];
      return {
        input: { ids, targetIds: [...start, ...target.ids, ...added] },
        names,
        targetNames: [...start.map((id) => reader.nameOf(id)), ...target.names, ...addedNames],
        ...(words && { words }),
        ...(target.words && { targetWords: withOthers(start.length, target.words, addedNames) }),
        unknown: [...unknown, ...target.unknown],
      };
    }
    const pair = kind === "encoder" && second !== "" ? second : undefined;
    const { ids, names, unknown, words, typeIds, sequenceIds, around } = reader.read(text, pair);
    const types = typeIds && [...typeIds, ...added.map(() => typeIds.at(-1) ?? 0)];
    const whole: EncodedText = {
      input: { ids: [...ids, ...added], ...(types && { typeIds: types }) },
      names: [...names, ...addedNames],
      unknown,
      ...(words && { words: withOthers(0, words, addedNames) }),
      ...(sequenceIds && { sequenceIds }),
      ...(around && added.length === 0 && { around }),
    };
    // Of a pair no part is a pair.
    return from === null || pair !== undefined ? whole : partOf(whole, from, context);
  }

  async #picture(picture: Blob): Promise<EncodedText> {
    const { info, imageProcessing } = this.#open();
    const { image, family } = info;
    if (!image) throw new Error("this model takes texts, not pictures");
    const processing = imageProcessing ?? usualProcessing(family, image.height, image.width);
    const seen = await pictureSeen(picture, image, processing);
    const pixels = normalised(seen.rgba, processing);
    return { input: { ids: [], pixels }, names: patchNames(image), unknown: [], picture: seen };
  }

  async #start(
    { run, input, changes, other }: Tasks["run"]["request"],
    signal: AbortSignal,
  ): Promise<Tasks["run"]["result"]> {
    const { model } = this.#reading(run);
    // The memory of the one before is free before the next takes its own.
    if (run === "plain") this.#closeRuns();
    this.#closeRun(run);
    const ids = input.ids.map((id, i) => changes?.replace.find(({ position }) => position === i)?.id ?? id);
    const interventions: Interventions = {};
    if (changes) {
      interventions.ablate = changes.ablate.map((each) => ({ ...each })) as NonNullable<Interventions["ablate"]>;
      interventions.mask = changes.mask.map((each) => ({ ...each })) as NonNullable<Interventions["mask"]>;
      if (changes.patch.length > 0) {
        if (!other) throw new Error("there is no other text that hidden states could be taken from");
        const from = await model.forward(inputsOf(other, model), { hiddenStates: true, logits: "none" });
        interventions.patch = changes.patch.map((each): Patch => ({ ...each, from }));
      }
    }
    const made = await model.run(inputsOf({ ...input, ids }, model), { signal, interventions });
    this.#runs.set(run, made);
    return made.attentions();
  }

  async #next({ input, ...sampling }: Tasks["next"]["request"], signal: AbortSignal): Promise<Prediction | null> {
    const model = this.#open();
    const options = { ...sampling, maxNewTokens: 1, eosTokenId: null, signal };
    for await (const { id, probability } of model.generate(inputsOf(input, model), options))
      return { id, probability, logit: Number.NaN, rank: -1, name: this.#reading().reader.nameOf(id) };
    return null;
  }

  async #many(
    { texts, kind }: Tasks["many"]["request"],
    { signal, onProgress }: PerformOptions,
  ): Promise<Tasks["many"]["result"]> {
    const model = this.#open();
    const read: string[] = [];
    const reports: HeadReport[][][] = [];
    for (const [i, text] of texts.entries()) {
      onProgress({ loaded: i, total: texts.length });
      // An abort is heard.
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      const found = text.trim() === "" ? null : await this.#reportsOf(text, model, kind);
      if (!found) continue;
      read.push(text);
      reports.push(found);
    }
    if (read.length === 0) throw new Error(`the model reads none of the ${texts.length} lines`);
    const heads = await Promise.all(
      (reports[0] ?? []).map((layer, l) => Promise.all(layer.map((_, h) => spreads(reports.map((of) => of[l]?.[h]))))),
    );
    return { texts: read, skipped: texts.length - read.length, heads };
  }

  /** Of every head; null for a text that the model does not take. */
  async #reportsOf(text: string, model: Model, kind: AttentionKind | undefined): Promise<HeadReport[][] | null> {
    const { input, names } = this.#encode({ text, second: "", added: [] });
    if (names.length === 0) return null;
    let run: Run;
    try {
      run = await model.run(inputsOf(input, model));
    } catch {
      return null;
    }
    try {
      const main = kind ?? (model.info.kind === "encoder" ? "encoder" : "decoder");
      const { heads = [] } = run.attentions().find((each) => each.kind === main) ?? {};
      return heads.map((_, layer) => run.reports(layer, names.length, main));
    } finally {
      run.close();
    }
  }

  #token(text: string): Tasks["token"]["result"] {
    const { reader } = this.#reading();
    const [id] = reader.readBare(text).ids;
    return id === undefined ? null : { id, name: reader.nameOf(id) };
  }

  #predictions(run: RunName, layer: number, position: number, which: number | readonly number[]): Prediction[] {
    const { model, reader } = this.#reading(run);
    const nameOf =
      model.info.predicts === "classes" ? (id: number) => `class ${id}` : (id: number) => reader.nameOf(id);
    return this.#run(run)
      .predictions(layer, position, which)
      .map((each) => ({ ...each, name: nameOf(each.id) }));
  }

  /** The model of a run, and what reads its texts. */
  #reading(run: RunName = "plain"): Reading {
    const found = (run === "compared" ? this.#second : undefined) ?? this.#first;
    if (!found) throw new Error("no model is open");
    return found;
  }

  #open(): Model {
    return this.#reading().model;
  }

  #run(name: RunName): Run {
    const run = this.#runs.get(name);
    if (!run) throw new Error("there is no run of a text");
    return run;
  }

  #closeRuns(): void {
    for (const name of this.#runs.keys()) this.#closeRun(name);
  }

  #closeRun(name: RunName): void {
    this.#runs.get(name)?.close();
    this.#runs.delete(name);
  }
}

async function spreads(reports: readonly (HeadReport | undefined)[]): Promise<Record<ScoreName, Spread>> {
  const of = async (name: ScoreName) =>
    [name, await spreadOf(Float64Array.from(reports, (report) => report?.[name] ?? Number.NaN))] as const;
  return Object.fromEntries(await Promise.all(scoreNames.map(of))) as Record<ScoreName, Spread>;
}

/** The page's own models are small, and what a trainer wrote has no configuration. */
async function inspected({ source, keep = false }: Tasks["inspect"]["request"], signal: AbortSignal) {
  if ("own" in source || ("files" in source && source.files.length === 1)) return undefined;
  return inspectModel(source, { signal, keep });
}

function inputsOf({ ids, typeIds, targetIds, pixels }: RunInput, { info }: Model) {
  const { image } = info;
  if (pixels && image) return { pixelValues: { data: pixels, shape: [1, image.channels, image.height, image.width] } };
  return {
    inputIds: ids,
    ...(typeIds && { tokenTypeIds: typeIds }),
    ...(targetIds && { decoderInputIds: targetIds }),
  };
}
