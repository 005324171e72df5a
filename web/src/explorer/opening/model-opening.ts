/** Opening a model of any source, in the place of the one that is open or beside it, and the ways that the page offers for it. */
import { Job } from "../results/answer";
import { type ExplorerState, initialState } from "../state";
import { type ModelWorker, WorkerError } from "../worker/client";
import type { ExplorerSource, OpenedModel, Progress } from "../worker/protocol";
import type { NamedModel } from "./hub-form";
import { ModelOpener } from "./model-opener";
import { ownModels, ownModelUrl } from "./own-models";

export interface OpeningEvents {
  /** Nothing is asked of the model that is open until another is there, or `resume`. */
  readonly pause: () => void;
  /** The model that was open goes on. */
  readonly resume: () => void;
  /** A model is there, and the state that it is to be looked at with. */
  readonly opened: (model: OpenedModel, name: string, state: ExplorerState) => Promise<void>;
  /** One is there beside it. `address`: what names it in a link; null: nothing does. */
  readonly openedSecond: (model: OpenedModel, name: string, address: string | null) => void;
}

export class ModelOpening {
  /** Whether what the reader opens next stands beside the model, to be compared. */
  private opensSecond = false;
  private hasFirst = false;
  private readonly job = new Job();
  private readonly opener: ModelOpener;

  constructor(
    private readonly page: HTMLElement,
    private readonly ways: HTMLElement,
    private readonly worker: ModelWorker,
    private readonly state: () => ExplorerState,
    private readonly events: OpeningEvents,
  ) {
    this.opener = new ModelOpener(ways, {
      files: ({ name, files }) => void this.open({ files }, name, this.stateFor({ model: null, hub: null })),
      own: (name) => void this.openOwn(name),
      hub: (model) => void this.openHub(model),
      url: (url) => void this.open({ url }, url, this.stateFor({ model: null, hub: null })),
      token: (token, endpoint) =>
        void worker.ask("hubToken", { token, ...(endpoint && { endpoint }) }).catch((error) => this.opener.fail(error)),
      cancel: () => {
        this.job.start();
        this.opener.idle("Opening was cancelled.");
        this.events.resume();
      },
    });
  }

  /** Opens what the address names. */
  async start(): Promise<void> {
    const { model, hub, revision, endpoint, beside } = this.state();
    // What may be large is fetched when the reader says so.
    if (hub !== null) this.opener.offer({ hub, ...(revision && { revision }), ...(endpoint && { endpoint }) });
    if (model === null) return;
    if (!(model in ownModels)) return this.opener.fail(new Error(`the page has no model called ${model}`));
    await this.openOwn(model);
    if (!this.hasFirst || beside === null) return;
    this.opensSecond = true;
    if (beside in ownModels) return this.openOwn(beside);
    this.showWays(true);
    this.opener.offer({ hub: beside });
  }

  /** The ways to open a model, or another beside it. */
  showWays(second: boolean): void {
    this.opensSecond = second;
    this.page.classList.add("opens");
    const title = this.ways.querySelector("h2");
    if (title) title.textContent = second ? "Open a second model" : "Open a model";
    this.ways.scrollIntoView({ block: "start" });
    this.ways.querySelector("button")?.focus();
  }

  private async openOwn(name: string): Promise<void> {
    const own = ownModels[name];
    const state = this.stateFor({ model: name, hub: null });
    const text = state.text || (own?.text ?? "");
    await this.open({ own: name, url: ownModelUrl(name) }, own?.name ?? name, { ...state, text });
  }

  private async openHub(source: NamedModel): Promise<void> {
    const { hub, revision = null, endpoint = null } = source;
    await this.open(source, hub, { ...this.stateFor({ model: null, hub }), revision, endpoint });
  }

  /** What was typed for another model of the page is not made of the words of this one. */
  private stateFor(source: Pick<ExplorerState, "model" | "hub">): ExplorerState {
    const state = this.state();
    const isSame = state.model === source.model && state.hub === source.hub;
    const keepsText = isSame || source.model === null;
    const own = {
      added: [],
      versus: "",
      from: null,
      changes: initialState.changes,
      effectOf: null,
      against: null,
      revision: null,
      endpoint: null,
    };
    return { ...state, ...source, ...(isSame ? {} : own), ...(keepsText ? {} : { text: "", second: "" }) };
  }

  private async open(source: ExplorerSource, name: string, state: ExplorerState): Promise<void> {
    if (this.opensSecond && this.hasFirst) return this.openSecond(source, name, state.revision ?? state.endpoint);
    const signal = this.job.start();
    this.events.pause();
    try {
      const model = await this.fetched(source, name, signal);
      this.events.pause();
      await this.worker.ask("adopt", "first");
      this.opener.idle("");
      this.hasFirst = true;
      await this.events.opened(model, name, { ...state, beside: null });
    } catch (error) {
      if (signal.aborted) return;
      this.fail(error, () => void this.open(source, name, state));
      this.events.resume();
    }
  }

  /** A model beside the first. `special`: a revision or a hub without which its name does not find it again. */
  private async openSecond(source: ExplorerSource, name: string, special: string | null): Promise<void> {
    const signal = this.job.start();
    try {
      const second = await this.fetched(source, name, signal);
      if (second.info.kind === "image") throw new Error("a model of pictures reads no text that could be compared");
      await this.worker.ask("adopt", "second");
      this.opener.idle("");
      this.opensSecond = false;
      const address = "own" in source ? source.own : "hub" in source && special === null ? source.hub : null;
      this.events.openedSecond(second, name, address);
    } catch (error) {
      if (!signal.aborted) this.fail(error, () => void this.openSecond(source, name, special));
    }
  }

  /** Opened in the worker, but not yet in the place of another. */
  private async fetched(source: ExplorerSource, name: string, signal: AbortSignal): Promise<OpenedModel> {
    this.opener.progress(name, { loaded: 0, total: 0 });
    const onProgress = (progress: Progress) => this.opener.progress(name, progress);
    const { keeps: keep } = this.opener;
    const inspection = await this.worker.ask("inspect", { source, keep }, { signal });
    const dtype = await this.opener.choose(name, inspection, signal);
    return this.worker.ask("open", { source, dtype, keep }, { signal, onProgress });
  }

  private fail(error: unknown, again: () => void): void {
    this.opener.fail(error, error instanceof WorkerError && error.canRetry ? again : undefined);
  }
}
