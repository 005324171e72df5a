/** What one chart over training shows: lines, bounds, single values. */
export type TimePoint = readonly [step: number, value: number];

export interface TimeLine {
  readonly key: string;
  /** What stands at its end; null for nothing. */
  readonly name: string | null;
  /** Whether its value stands there too. */
  readonly valued: boolean;
  readonly points: readonly TimePoint[];
  readonly color: string;
  readonly dash: string | null;
  /** Background: what is noisy, or of another run. Strong: the one that is looked at. */
  readonly weight: "background" | "plain" | "strong";
}

export interface TimeBound {
  readonly value: number;
  readonly name: string;
  /** Whether its name stands above or below it. */
  readonly side: "above" | "below";
}

/** A single value, of a network that is changed for the moment. */
export interface TimeDot {
  readonly step: number;
  readonly value: number;
  readonly text: string;
}

export interface TimePanel {
  readonly key: string;
  readonly title: string;
  /** What more the title says where there is room. */
  readonly detail?: string;
  readonly height: number;
  readonly domain: readonly [low: number, high: number];
  readonly lines: readonly TimeLine[];
  readonly bounds: readonly TimeBound[];
  readonly format: (value: number) => string;
  /** What happened at a step, said beside its mark. */
  readonly note?: { readonly step: number; readonly text: string } | null;
  readonly dots?: readonly TimeDot[];
}
