export class MemoryFolder {
  /** What may still be written. */
  constructor(room: { bytes: number });
  readonly entries: ReadonlyMap<string, MemoryFolder>;
}
