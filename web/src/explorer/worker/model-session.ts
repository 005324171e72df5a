/** A model that is open in the worker, the runs of the present text, and what the page asks of them. */
import {
  inspectModel,
  type Model,
  type ModelInfo,
  openModel,
  type Run,
  setHubToken,
  usualProcessing,
} from "../../models/models";
import { askRun, differenceOf, headOf, lensOf, predictionsOf } from "./ask-run";
import { runWithChanges } from "./changed-run";
import { encodeText, type Reading } from "./encode-text";
import { growthOf } from "./growing-run";
import { readMany } from "./many-texts";
import { inputsOf } from "./model-inputs";
import { openGivenModel, openOwnModel } from "./open-own-model";
import type { PerformOptions } from "./perform-options";
import { normalised, patchNames, pictureSeen, shapeOfPictures } from "./picture";
import type { EncodedText, ModelPlace, Prediction, RunInput, RunName, TaskMessage, TaskName, Tasks } from "./protocol";
import { recordRun } from "./record-run";
import { idsAsText, tokenizerReader } from "./text-reader";
import { wholeRun } from "./whole-run";

export class ModelSession {
  #first: Reading | undefined;
  #second: Reading | undefined;
  #opened: Reading | undefined;
  readonly #runs = new Map<RunName, Run>();
  /** Of the plain run. */
  #input: RunInput | undefined;

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
        return encodeText(this.#reading(task.request.run), task.request);
      case "picture":
        return this.#picture(task.request.picture);
      case "run":
        return this.#start(task.request, options.signal);
      case "keptKeys":
        return this.#run("plain").keptKeys();
      case "many":
        return readMany(this.#reading(), task.request, options);
      case "next":
        return this.#next(task.request);
      case "token":
        return this.#token(task.request.text);
      case "record":
        return recordRun(this.#run("plain"), task.request, options);
      case "wholeRun":
        return this.#wholeRun(task.request, options.signal);
      case "predictions": {
        const { run, position, which } = task.request;
        return predictionsOf(this.#run(run), this.#reading(run), this.#open().info.layers, position, which);
      }
      case "lens":
        return lensOf(this.#run("plain"), this.#reading(), task.request);
      case "divergence":
        return this.#run("plain").divergenceFrom(this.#run(task.request.run), task.request.layer, task.request.kind);
      case "difference":
        return differenceOf(this.#run("plain"), this.#run(task.request.run), task.request);
      case "head":
        return headOf(this.#run(task.request.run), task.request);
      default:
        return askRun(this.#run("plain"), task);
    }
  }

  #wholeRun({ form, input }: Tasks["wholeRun"]["request"], signal: AbortSignal): Promise<Blob> {
    const model = this.#open();
    return wholeRun(model, form, inputsOf(input), signal);
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
    const info = infoFor(model);
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

  async #picture(picture: Blob): Promise<EncodedText> {
    const model = this.#open();
    const { image, family } = infoFor(model);
    if (!image) throw new Error("this model takes texts, not pictures");
    const processing = model.imageProcessing ?? usualProcessing(family, image.height, image.width);
    const seen = await pictureSeen(picture, image, processing);
    const pixels = {
      data: normalised(seen.rgba, processing),
      shape: [1, image.channels, image.height, image.width],
    };
    return { input: { ids: [], pixels }, names: patchNames(image), unknown: [], picture: seen };
  }

  async #start(
    { run, input, changes, other }: Tasks["run"]["request"],
    signal: AbortSignal,
  ): Promise<Tasks["run"]["result"]> {
    const { model } = this.#reading(run);
    if (run === "plain" && model.info.kind !== "encoder" && this.#grow(input)) return this.#run("plain").attentions();
    // The memory of the one before is free before the next takes its own.
    if (run === "plain") this.#closeRuns();
    this.#closeRun(run);
    const made = await runWithChanges(model, input, { changes, other, signal });
    this.#runs.set(run, made);
    if (run === "plain") this.#input = input;
    return made.attentions();
  }

  /** Where the text goes on, its new tokens alone are computed; where some are taken back, none. */
  #grow(input: RunInput): boolean {
    const run = this.#runs.get("plain");
    const growth = run && this.#input && growthOf(this.#input, input);
    if (!run || !growth) return false;
    for (const name of ["changed", "compared"] as const) this.#closeRun(name);
    // What fails leaves a run that is not of this text.
    this.#input = undefined;
    run.truncate(growth.keep);
    run.extend(growth.add);
    this.#input = input;
    return true;
  }

  /** Null where the model's context is full, or another text was read meanwhile. */
  #next({ input, ...sampling }: Tasks["next"]["request"]): Prediction | null {
    const { model, reader } = this.#reading();
    const run = this.#runs.get("plain");
    const growth = this.#input && growthOf(this.#input, input);
    const tokens = run?.keptKeys().tokens ?? 0;
    if (!run || growth?.keep !== tokens || growth.add.length > 0) return null;
    if (model.info.context > 0 && tokens >= model.info.context) return null;
    const { id, probability } = run.nextToken(sampling);
    return { id, probability, logit: Number.NaN, rank: -1, name: reader.nameOf(id) };
  }

  #token(text: string): Tasks["token"]["result"] {
    const { reader } = this.#reading();
    const [id] = reader.readBare(text).ids;
    return id === undefined ? null : { id, name: reader.nameOf(id) };
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

/** With the size that pictures become, which the model's files may name. */
function infoFor({ info, imageProcessing }: Model): ModelInfo {
  return info.image ? { ...info, image: shapeOfPictures(info.image, imageProcessing) } : info;
}

/** The page's own models are small, and what a trainer wrote has no configuration. */
async function inspected({ source, keep = false }: Tasks["inspect"]["request"], signal: AbortSignal) {
  if ("own" in source || ("files" in source && source.files.length === 1)) return undefined;
  return inspectModel(source, { signal, keep });
}
