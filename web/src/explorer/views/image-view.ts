/** A picture, and over it what a patch or the class token attends to in the chosen head. */
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { largestFirst } from "../../figure/maps/token-shares";
import { type Acts, hueOf, placeOf, quoted, type Scene } from "../scene";
import { headName, type Tint, tints } from "../state";
import { tintOf } from "../tint";
import type { SeenPicture } from "../worker/picture";
import { HeadPictures } from "./head-pictures";
import { drawPicture, drawShade, gridOf } from "./shaded-picture";

export class ImageView {
  readonly element: HTMLElement;
  private readonly picture = el("canvas", { role: "img", "aria-label": "The picture, as the model sees it" });
  private readonly overlay = el("canvas", { "aria-hidden": "true" });
  private readonly heads = new HeadPictures((head) => this.acts.change({ head }));
  private readonly stage: HTMLElement;
  private readonly classToken = el("button", { type: "button" }, "class token");
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly tint: Choice<Tint>;
  private scene: Scene | null = null;
  private seen: SeenPicture | undefined;

  constructor(
    private readonly acts: Acts,
    open: (picture: Blob) => void,
  ) {
    const file = el("input", {
      type: "file",
      accept: "image/*",
      class: "visually-hidden",
      tabindex: "-1",
      "aria-label": "A picture",
    });
    const choose = el("button", { type: "button" }, "choose a picture");
    const take = (picture: Blob | undefined) => {
      if (picture) open(picture);
    };
    choose.addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      take(file.files?.[0]);
      file.value = "";
    });
    this.stage = el(
      "div",
      {
        class: "image-stage",
        tabindex: "0",
        role: "application",
        "aria-roledescription": "picture in patches",
        "aria-label": "Patches of the picture",
      },
      this.picture,
      this.overlay,
    );
    this.stage.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") acts.hover(this.placeAt(event));
    });
    this.stage.addEventListener("pointerleave", () => acts.hover(null));
    this.stage.addEventListener("click", (event) => {
      const place = this.placeAt(event);
      if (place) acts.change({ query: place.query === this.scene?.state.query ? null : place.query, key: null });
    });
    this.stage.addEventListener("keydown", (event) => this.move(event));
    this.tint = new Choice("bright by what it", tints, (tint) => acts.change({ tint }));
    this.classToken.addEventListener("click", () => acts.change({ query: 0, key: null }));
    this.element = el(
      "div",
      { class: "image-view" },
      el("div", { class: "controls-line" }, choose, file, this.classToken),
      this.stage,
      el("div", { class: "controls-line" }, this.tint.element),
      this.sentence,
      this.heads.element,
    );
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      const picture = [...(event.dataTransfer?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (!picture) return;
      event.preventDefault();
      event.stopPropagation();
      take(picture);
    });
  }

  show(scene: Scene): void {
    this.element.style.setProperty("--hue", hueOf(scene.palette, scene.state.head));
    const { image } = scene.model.info;
    if (image) this.stage.style.aspectRatio = `${image.width} / ${image.height}`;
    const { picture } = scene.text;
    if (picture !== this.seen) drawPicture(this.picture, picture);
    this.seen = picture;
    this.heads.show(scene);
    this.mark(scene);
  }

  mark(scene: Scene): void {
    this.scene = scene;
    const { state } = scene;
    const { image } = scene.model.info;
    if (!image) return;
    const { query } = placeOf(scene);
    this.overlay.width = 0;
    this.sentence.textContent = "";
    this.classToken.setAttribute("aria-pressed", String(query === 0));
    this.tint.show(state.tint);
    const tinted = tintOf(scene);
    if (!tinted || !this.seen) return;
    const { of, values, groups } = tinted;
    drawShade(this.overlay, image, values);
    const most = largestFirst(values, 3).map((i) => `${quoted(groups[i]?.name)} ${reading(values[i] as number)}`);
    const subject = state.tint === "rollout" ? "By rollout over all layers" : headName(state);
    this.sentence.textContent = `${subject}: ${quoted(of[0]?.name)} ${deeds[state.tint]} ${most.join(", ")}. Where the picture is dark it is little.`;
  }

  private placeAt({ clientX, clientY }: PointerEvent | MouseEvent) {
    const image = this.scene?.model.info.image;
    if (!image) return null;
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const [columns, rows] = gridOf(image);
    const column = Math.floor(((clientX - left) / width) * columns);
    const row = Math.floor(((clientY - top) / height) * rows);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    return { query: 1 + row * columns + column, key: null };
  }

  private move(event: KeyboardEvent): void {
    const { scene } = this;
    const image = scene?.model.info.image;
    if (!scene || !image || event.altKey || event.ctrlKey || event.metaKey) return;
    const [columns, rows] = gridOf(image);
    const at = patchAt((scene.state.query ?? 0) - 1, columns);
    const moves: Record<string, Place> = {
      ArrowLeft: { ...at, column: at.column - 1 },
      ArrowRight: { ...at, column: at.column + 1 },
      ArrowUp: { ...at, row: at.row - 1 },
      ArrowDown: { ...at, row: at.row + 1 },
      Home: { ...at, column: 0 },
      End: { ...at, column: columns - 1 },
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    const column = Math.min(columns - 1, Math.max(0, to.column));
    const row = Math.min(rows - 1, Math.max(0, to.row));
    this.acts.change({ query: 1 + row * columns + column, key: null });
  }
}

interface Place {
  readonly column: number;
  readonly row: number;
}

/** The class token has no place in the picture: keys go on from before the first patch. */
const patchAt = (patch: number, columns: number): Place =>
  patch < 0 ? { column: -1, row: -1 } : { column: patch % columns, row: Math.floor(patch / columns) };

const deeds: Readonly<Record<Tint, string>> = {
  gives: "gives most of its attention to",
  receives: "receives most attention from",
  rollout: "draws most on",
};
