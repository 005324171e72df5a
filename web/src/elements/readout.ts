/** The sentence under the maps: seen at once, and spoken when the focus has come to rest. */
import type { HeadMap } from "../engine/client";
import type { Place } from "../state/notebook-state";
import { el } from "./el";
import { read, writeEmphasised } from "./reading";

const hint = "Point at a cell to read it, click to keep it; with the arrow keys you can walk over the map.";
const pauseBeforeSpeaking = 300;

export class Readout {
  private readonly reading = el("p", { class: "reading", id: "reading", part: "reading" });
  private readonly exact = el("p", { class: "exact" });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  readonly element = el("div", { class: "readout" }, this.reading, this.exact, this.spoken);
  private speaking: ReturnType<typeof setTimeout> | undefined;

  /** `aloud`: the reader chose this place, so that a screen reader should say it. */
  show(place: Place | null, map: HeadMap | null, color: string, aloud: boolean): void {
    const { sentence, exact } = place && map ? read(map, place) : { sentence: [hint], exact: "" };
    writeEmphasised(this.reading, sentence);
    this.exact.textContent = exact;
    this.reading.style.borderColor = place ? color : "";
    clearTimeout(this.speaking);
    if (!aloud) return;
    this.speaking = setTimeout(() => {
      this.spoken.textContent = sentence.join("");
    }, pauseBeforeSpeaking);
  }
}
