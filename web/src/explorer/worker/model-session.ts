/** A model that is open in the worker, the runs of the present text, and what the page asks of them. */
import { type Model, openModel, type Run } from "../../models/models";
import { openOwnModel } from "./open-own-model";
import type { ExplorerSource, Prediction, Progress, RunName, TaskMessage, TaskName, Tasks } from "./protocol";
import { idsAsText, type TextReader, tokenizerReader } from "./text-reader";

interface PerformOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export class ModelSession {
  #model: Model | undefined;
  #reader: TextReader = idsAsText;
  readonly #runs = new Map<RunName, Run>();

  async perform(task: TaskMessage, options: PerformOptions): Promise<Tasks[TaskName]["result"]> {
    switch (task.name) {
      case "open":
        return this.#openModel(task.request.source, options);
      case "encode":
        return this.#encode(task.request);
      case "run":
        return this.#start(task.request, options.signal);
      case "head": {
        const { layer, head } = task.request;
        const run = this.#run("plain");
        return head === null ? run.meanOfHeads(layer) : run.head(layer, head);
      }
      case "layer":
        return this.#layer(task.request);
      case "predictions": {
        const { run, position, which } = task.request;
        const { layers } = this.#open().info;
        return this.#run(run)
          .predictions(layers, position, which)
          .map((each) => this.#named(each));
      }
      case "lens": {
        const { position, count } = task.request;
        return Array.from({ length: this.#open().info.layers + 1 }, (_, layer) =>
          this.#run("plain")
            .predictions(layer, position, count)
            .map((each) => this.#named(each)),
        );
      }
    }
  }

  async #openModel(source: ExplorerSource, { signal, onProgress }: PerformOptions): Promise<Tasks["open"]["result"]> {
    const opened =
      "own" in source
        ? await openOwnModel(source.url, { signal, onProgress })
        : { model: await openModel(source, { signal, onProgress }), reader: undefined };
    const { model } = opened;
    const { info } = model;
    if (info.kind === "image" || info.kind === "encoder-decoder") {
      model.close();
      throw new Error(`this model is of kind ${info.kind}; the explorer shows decoders and encoders of texts so far`);
    }
    this.#closeRuns();
    this.#model?.close();
    this.#model = model;
    this.#reader = opened.reader ?? tokenizerReader(model) ?? idsAsText;
    return { info, readsText: this.#reader !== idsAsText, predictsTokens: await predictsTokens(model) };
  }

  #encode({ text, added }: Tasks["encode"]["request"]): Tasks["encode"]["result"] {
    const read = this.#reader.read(text);
    if (added.length === 0) return read;
    return {
      ...read,
      ids: [...read.ids, ...added],
      names: [...read.names, ...added.map((id) => this.#reader.nameOf(id))],
      ...(read.typeIds && { typeIds: [...read.typeIds, ...added.map(() => read.typeIds?.at(-1) ?? 0)] }),
    };
  }

  async #start({ run, ids, typeIds, changes }: Tasks["run"]["request"], signal: AbortSignal): Promise<undefined> {
    const inputs = { inputIds: ids, ...(typeIds && { tokenTypeIds: typeIds }) };
    const interventions = changes && { ablate: [...changes.ablate], mask: [...changes.mask] };
    // The memory of the one before is free before the next takes its own.
    if (run === "plain") this.#closeRuns();
    this.#runs.get(run)?.close();
    this.#runs.delete(run);
    this.#runs.set(run, await this.#open().run(inputs, { signal, ...(interventions && { interventions }) }));
    return undefined;
  }

  #layer({ layer, block }: Tasks["layer"]["request"]): Tasks["layer"]["result"] {
    const run = this.#run("plain");
    return Array.from({ length: this.#open().info.heads }, (_, head) => run.report(layer, head, block));
  }

  #named<T extends { id: number }>(prediction: T): T & Pick<Prediction, "name"> {
    return { ...prediction, name: this.#reader.nameOf(prediction.id) };
  }

  #open(): Model {
    if (!this.#model) throw new Error("no model is open");
    return this.#model;
  }

  #run(name: RunName): Run {
    const run = this.#runs.get(name);
    if (!run) throw new Error("there is no run of a text");
    return run;
  }

  #closeRuns(): void {
    for (const run of this.#runs.values()) run.close();
    this.#runs.clear();
  }
}

/** Whether it has logits of tokens: only a pass tells. */
async function predictsTokens(model: Model): Promise<boolean> {
  const run = await model.run({ inputIds: [0] });
  try {
    run.predictions(model.info.layers, 0, 1);
    return true;
  } catch {
    return false;
  } finally {
    run.close();
  }
}
