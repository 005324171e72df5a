/** Labels of points that keep clear of each other and of the points. Pure. */
import { characterWidth, type Label, labelAt, type Plane } from "./plane";
import type { Point } from "./points";

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Above and below the line that letters stand on. */
const [ascent, descent] = [11, 3];
const lineRadius = 3;

export class FreeLabels {
  private readonly taken: Box[] = [];

  constructor(private readonly plane: Plane) {}

  /** A mark that labels keep clear of. */
  keep(point: Point, radius: number): void {
    const { x, y } = this.plane.toPixels(point);
    this.taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
  }

  /** A line that labels keep clear of, the shaft of an arrow. */
  keepLine(from: Point, to: Point): void {
    for (const share of [0.2, 0.4, 0.6, 0.8])
      this.keep({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }, lineRadius);
  }

  /** Where `labelAt` has the label, or, where that covers something, the place around the point that covers least. */
  place(point: Point, centre: Point, text: string, distance: number): Label {
    const usual = labelAt(point, centre, this.plane, [text], distance);
    const { x, y } = this.plane.toPixels(point);
    const around = [0, 1, -1].flatMap((down): Label[] => [
      { x: x + distance, y: y + 4 + down * distance, anchor: "start" },
      { x: x - distance, y: y + 4 + down * distance, anchor: "end" },
      ...(down === 0 ? [] : [{ x, y: down > 0 ? y + distance + 9 : y - distance, anchor: "middle" } as const]),
    ]);
    const all = [usual, ...around].map((label) => ({ label, covered: this.covered(boxOf(label, text)) }));
    const { label } = all.reduce((best, each) => (each.covered < best.covered ? each : best));
    this.taken.push(boxOf(label, text));
    return label;
  }

  /** How much of a box is over what is there already, or outside of the plane. */
  private covered(box: Box): number {
    const { width, height } = this.plane;
    const size = (box.right - box.left) * (box.bottom - box.top);
    const outside = size - shared(box, { left: 0, right: width, top: 0, bottom: height });
    return this.taken.reduce((sum, other) => sum + shared(box, other), outside);
  }
}

function boxOf({ x, y, anchor }: Label, text: string): Box {
  const width = text.length * characterWidth;
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  return { left, right: left + width, top: y - ascent, bottom: y + descent };
}

function shared(one: Box, other: Box): number {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return Math.max(0, across) * Math.max(0, down);
}
