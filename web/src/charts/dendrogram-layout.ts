/** How things group, drawn beside their rows: two groups meet at their distance, on a square-root scale. Pure. */

export interface Grouping {
  readonly merges: readonly { readonly left: number; readonly right: number; readonly distance: number }[];
  /** The things from top to bottom. */
  readonly order: readonly number[];
}

export interface DendrogramSize {
  readonly width: number;
  readonly rowHeight: number;
  /** The distance at the left edge; 0 is at the right. */
  readonly max: number;
}

export interface Join {
  /** From the upper group to the lower, by way of where they meet. */
  readonly path: string;
  readonly x: number;
}

export function dendrogramLayout({ merges, order }: Grouping, { width, rowHeight, max }: DendrogramSize): Join[] {
  const ends: { x: number; y: number }[] = [];
  for (const [place, thing] of order.entries()) ends[thing] = { x: width, y: (place + 0.5) * rowHeight };
  return merges.map(({ left, right, distance }, k) => {
    const x = width * (1 - Math.sqrt(Math.min(1, Math.max(0, distance / max))));
    const [upper, lower] = [ends[left], ends[right]];
    if (!upper || !lower) throw new Error(`merge ${k} is of groups that are not there yet`);
    ends[order.length + k] = { x, y: (upper.y + lower.y) / 2 };
    return { path: `M${upper.x},${upper.y}H${x}V${lower.y}H${lower.x}`, x };
  });
}
