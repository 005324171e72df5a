/** The sentence under the maps: seen at once, and spoken when the focus has come to rest. */
import { el } from "../controls/el";
import { type Reading, writeEmphasised } from "./reading";

const pauseBeforeSpeaking = 300;

export class Readout {
  private readonly reading = el("p", { class: "reading", id: "reading", part: "reading" });
  private readonly exact = el("p", { class: "exact" });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  readonly element = el("div", { class: "readout" }, this.reading, this.exact, this.spoken);
  private speaking: ReturnType<typeof setTimeout> | undefined;

  /** `hint` is said where there is nothing to read. */
  constructor(private readonly hint: string) {}

  /** `aloud`: the reader chose this place, so that a screen reader should say it. */
  show(reading: Reading | null, color: string, aloud: boolean): void {
    const { sentence, exact } = reading ?? { sentence: [this.hint], exact: "" };
    writeEmphasised(this.reading, sentence);
    this.exact.textContent = exact;
    this.reading.style.borderColor = reading ? color : "";
    clearTimeout(this.speaking);
    if (!aloud) return;
    this.speaking = setTimeout(() => {
      this.spoken.textContent = sentence.join("");
    }, pauseBeforeSpeaking);
  }
}
