/** Where the reader is on the long map: the part in view, the cell walked to, pointed at or locked, and the gestures that change them. */
import type { GestureEvents } from "../../charts/long-map/long-gestures";
import { tween } from "../../charts/motion";
import type { Position } from "../../model/long-state";
import {
  centredOn,
  type Extent,
  isWhole,
  levelOf,
  panned,
  type Spot,
  type View,
  viewBetween,
  wholeView,
  zoomed,
} from "../../model/long-view";

export interface NavigationEvents {
  /** The view has moved a little, perhaps on its way. */
  readonly moved: () => void;
  /** The reader moved the view here (null: the whole); `settled` when the movement is over. */
  readonly view: (view: View | null, settled: boolean) => void;
  readonly lock: (position: Position | null) => void;
  /** Another cell is to be read; `aloud`: the reader chose it. */
  readonly place: (aloud: boolean) => void;
}

const zoomMilliseconds = 220;
/** Cells at least so wide are walked one by one. */
const walkedPixels = 8;

export class LongNavigation {
  view: View;
  locked: Position | null = null;
  /** Where the view is going, while it is on its way. */
  private target: View;
  private hovered: Spot | null = null;
  private cursor: Position | null = null;
  private stopMoving = () => {};

  constructor(
    private extent: Extent,
    private readonly width: () => number,
    private readonly events: NavigationEvents,
  ) {
    this.view = this.target = wholeView(extent);
  }

  /** Shows a view (null: the whole) of a map of this extent, at once. */
  set(view: View | null, extent: Extent): void {
    this.stopMoving();
    if (extent.queries !== this.extent.queries || extent.keys !== this.extent.keys) this.cursor = null;
    this.extent = extent;
    this.view = this.target = view ?? wholeView(extent);
  }

  get level(): number {
    return levelOf(this.view, this.width());
  }

  /** The position to be read. A lock holds against hovering. */
  get place(): Position | null {
    return this.locked ?? this.cursor ?? (this.hovered && this.positionAt(this.hovered));
  }

  centre(query: number, key: number): void {
    this.goTo(centredOn(this.target, query, key, this.extent), false, true);
  }

  /** About the spot, else about the cell in focus where it is in view, else about the middle. */
  zoom(factor: number, spot: Spot | null, eased: boolean): void {
    const at = spot ?? this.spotOf(this.locked ?? this.cursor) ?? { x: 0.5, y: 0.5 };
    this.goTo(zoomed(this.target, factor, at, this.extent), eased, eased);
  }

  showWhole(): void {
    this.goTo(wholeView(this.extent), true, true);
  }

  gestures(): Omit<GestureEvents, "plainWheel"> {
    return {
      pan: (x, y) => this.goTo(panned(this.target, x, y, this.extent), false, false),
      zoom: (factor, spot, eased) => this.zoom(factor, spot, eased),
      whole: () => this.showWhole(),
      hover: (spot) => this.hover(spot),
      click: (spot) => this.toggle(this.positionAt(spot)),
      settle: () => this.report(true),
      step: (rows, columns, pages) => this.step(rows, columns, pages),
      toggle: () => this.toggle(this.place),
      release: () => {
        this.cursor = null;
        this.lock(null);
      },
    };
  }

  private goTo(view: View, eased: boolean, settled: boolean): void {
    const from = this.view;
    this.stopMoving();
    this.target = view;
    if (from.span === view.span && from.query === view.query && from.key === view.key) return;
    const move = (to: View) => {
      this.view = to;
      this.events.moved();
    };
    if (eased) this.stopMoving = tween(zoomMilliseconds, (t) => move(viewBetween(from, view, t)));
    else move(view);
    this.report(settled);
  }

  private report(settled: boolean): void {
    this.events.view(isWhole(this.target, this.extent) ? null : this.target, settled);
  }

  /** Walks by cells, or by tenths of the view where cells are too small to walk by; the view follows. */
  private step(rows: number, columns: number, pages: boolean): void {
    const { target, extent } = this;
    const block = 2 ** this.level;
    const tenth = Math.max(block, Math.round(target.span / 10 / block) * block);
    const walked = (this.width() * block) / target.span >= walkedPixels ? block : tenth;
    const tokens = pages ? Math.ceil(0.9 * target.span) : walked;
    const from = this.place ?? this.positionAt({ x: 0.5, y: 0.5 });
    const move = (at: number, steps: number, length: number) =>
      steps === 0 ? at : Math.min(length - 1, Math.max(0, at + steps * tokens));
    this.hovered = null;
    this.cursor = { query: move(from.query, rows, extent.queries), key: move(from.key, columns, extent.keys) };
    if (this.locked) this.lock(this.cursor);
    this.centre(this.cursor.query, this.cursor.key);
    this.events.place(true);
  }

  private hover(spot: Spot | null): void {
    this.hovered = spot;
    if (spot) this.cursor = null;
    this.events.place(spot !== null);
  }

  private positionAt({ x, y }: Spot): Position {
    const { queries, keys } = this.extent;
    const at = (start: number, share: number, length: number) =>
      Math.min(length - 1, Math.max(0, Math.floor(start + share * this.view.span)));
    return { query: at(this.view.query, y, queries), key: at(this.view.key, x, keys) };
  }

  private spotOf(position: Position | null): Spot | null {
    if (!position) return null;
    const { query, key, span } = this.target;
    const spot = { x: (position.key + 0.5 - key) / span, y: (position.query + 0.5 - query) / span };
    return Math.min(spot.x, spot.y) < 0 || Math.max(spot.x, spot.y) > 1 ? null : spot;
  }

  /** Locks the position, or releases the lock where it is in the same cell. */
  private toggle(position: Position | null): void {
    if (!position) return;
    const block = 2 ** this.level;
    const cell = ({ query, key }: Position) => `${Math.floor(query / block)} ${Math.floor(key / block)}`;
    this.lock(this.locked && cell(this.locked) === cell(position) ? null : position);
  }

  private lock(position: Position | null): void {
    if (position === this.locked) return;
    this.locked = position;
    this.events.lock(position);
    this.events.place(true);
  }
}
