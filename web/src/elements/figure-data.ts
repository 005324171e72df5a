/** The numbers behind a figure, named, as its table shows them and as they can be taken away. */
export interface DataAxis {
  readonly name: string;
  readonly size: number;
  /** What the places on the axis are called, where that is not their number. */
  readonly labels?: readonly string[];
}

export interface FigureData {
  readonly name: string;
  /** Row-major over the axes; NaN where there is no number. */
  readonly values: ArrayLike<number>;
  readonly axes: readonly DataAxis[];
}

export const labelAt = ({ labels }: DataAxis, index: number): string => labels?.[index] ?? String(index);
