/** All views in their places on the page: each shows the same scene. */
import { ExportMenu } from "./export-menu";
import type { Acts, Scene } from "./scene";
import { CompareView } from "./views/compare-view";
import { EffectsView } from "./views/effects-view";
import { GridView } from "./views/grid-view";
import { HeadView } from "./views/head/head-view";
import { ImageView } from "./views/image-view";
import { LayersView } from "./views/layers-view";
import { type ManyActs, ManyView } from "./views/many-view";
import { PairView } from "./views/pair-view";
import { PredictionsView } from "./views/predictions-view";
import { TextView } from "./views/text-view";
import { WhatIfView } from "./views/what-if-view";
import type { ModelWorker } from "./worker/client";

export interface ViewsContext {
  readonly acts: Acts;
  readonly many: ManyActs;
  readonly picture: (picture: Blob) => void;
  readonly worker: ModelWorker;
  /** What is shown; null before a model is open. */
  readonly scene: () => Scene | null;
  readonly modelName: () => string;
}

export class Views {
  readonly many: ManyView;
  private readonly text: TextView;
  private readonly image: ImageView;
  private readonly grid: GridView;
  private readonly head: HeadView;
  private readonly pair = new PairView();
  private readonly predictions: PredictionsView;
  private readonly whatIf: WhatIfView;
  private readonly compare: CompareView;
  private readonly effects: EffectsView;
  private readonly layers = new LayersView();

  /** `part`: of the page, by its selector. */
  constructor(part: (selector: string) => HTMLElement, context: ViewsContext) {
    const { acts, worker, scene, modelName } = context;
    this.text = new TextView(acts);
    this.image = new ImageView(acts, context.picture);
    this.grid = new GridView(acts);
    this.head = new HeadView(acts);
    this.predictions = new PredictionsView(acts);
    this.whatIf = new WhatIfView(acts);
    this.compare = new CompareView(acts);
    this.effects = new EffectsView(acts);
    this.many = new ManyView(context.many);
    const map = () => this.head.element.querySelector<HTMLElement>("figure.map");
    const places = {
      "#text-place": this.text,
      "#image-place": this.image,
      "#predictions-place": this.predictions,
      "#what-if-place": this.whatIf,
      "#many-place": this.many,
      "#pair-place": this.pair,
      "#compare-place": this.compare,
      "#effects-place": this.effects,
      "#grid-place": this.grid,
      "#head-place": this.head,
      "#layers-place": this.layers,
      "#export-place": new ExportMenu(worker, { scene, modelName, map }),
    };
    for (const [place, { element }] of Object.entries(places)) part(place).replaceChildren(element);
  }

  show(scene: Scene): void {
    if (scene.model.info.kind === "image") this.image.show(scene);
    else this.text.show(scene);
    this.grid.show(scene);
    this.head.show(scene);
    const { pair, many, compare, predictions, whatIf, effects, layers } = this;
    for (const view of [pair, many, compare, predictions, whatIf, effects, layers]) view.show(scene);
    // A view with nothing to show has no heading either.
    for (const { element } of [predictions, whatIf, effects, layers, many, compare]) {
      const section = element.closest<HTMLElement>(".view");
      if (section) section.hidden = element.hidden;
    }
  }

  /** What the layers that came are shown in; of a long text all else is much. */
  showLayers(scene: Scene): void {
    this.grid.show(scene);
    this.head.showFacts(scene);
    this.compare.show(scene);
  }

  /** What is pointed at. */
  mark(scene: Scene): void {
    this.text.mark(scene);
    this.image.mark(scene);
    this.head.mark(scene);
    this.compare.mark(scene);
  }
}
