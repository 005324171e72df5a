/**
 * Moves labels apart by as little as possible (least squares), keeping their order: positions at least `gap` apart and
 * within [low, high] where they fit. Pool-adjacent-violators: colliding labels form a block that sits at its mean.
 */
export function dodge(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0) || a - b);
  const span = gap * (positions.length - 1);
  // With tᵢ = positionᵢ − i·gap the constraint "at least gap apart" becomes "not decreasing".
  const clamp = (t: number) => Math.max(low, Math.min(t, Math.max(low, high - span)));
  const blocks: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    let block = { sum: (positions[index] ?? 0) - rank * gap, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  });
  const placed = blocks.flatMap(({ sum, count }) => Array<number>(count).fill(clamp(sum / count)));
  const result = Array<number>(positions.length).fill(0);
  order.forEach((index, rank) => {
    result[index] = (placed[rank] ?? 0) + rank * gap;
  });
  return result;
}
