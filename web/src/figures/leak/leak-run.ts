/** Two networks that differ in the mask alone, trained at the same time, each in a worker of its own. */
import { type Example, type ModelInfo, TrainingSession } from "../../compute/training/training";
import type { LeakState } from "./leak-state";
import { write, writingAccuracy } from "./writing";

export const ways = ["with the causal mask", "without a mask"] as const;

/** A network at a step. */
export interface LeakPoint {
  readonly step: number;
  /** On the training batch of that step. */
  readonly accuracy: number;
  /** Of a network that sees the text so far only; where it was measured. */
  readonly writing?: number;
}

export interface LeakTrack {
  readonly points: readonly LeakPoint[];
  /** What it writes at the end. */
  readonly written: readonly number[] | null;
}

export interface Leak {
  readonly info: ModelInfo;
  readonly example: Example;
  readonly tracks: readonly LeakTrack[];
}

/** Steps between measurements of writing, which take as long as some steps of training. */
const spacing = 20;
const examplesWritten = 4;
const seedOfExamples = 5;

export class LeakRun {
  private readonly tracks: { points: LeakPoint[]; written: readonly number[] | null }[];

  private constructor(
    private readonly state: LeakState,
    private readonly sessions: readonly TrainingSession[],
    private readonly examples: readonly Example[],
    private readonly changed: () => void,
  ) {
    this.tracks = sessions.map(() => ({ points: [], written: null }));
  }

  static async start(state: LeakState, changed: () => void, signal: AbortSignal): Promise<LeakRun> {
    const { steps, seed } = state;
    const started = [true, false].map((causal) => TrainingSession.start({ causal, steps, seed }, { signal }));
    try {
      const sessions = await Promise.all(started);
      const examples = await (sessions[0] as TrainingSession).examples(seedOfExamples, examplesWritten);
      signal.throwIfAborted();
      return new LeakRun(state, sessions, examples, changed);
    } catch (error) {
      for (const session of started) void session.then((open) => open.close()).catch(() => {});
      throw error;
    }
  }

  get leak(): Leak {
    const [session] = this.sessions as [TrainingSession];
    return { info: session.info, example: this.examples[0] as Example, tracks: this.tracks };
  }

  /** Trains both to the end. */
  async train(): Promise<void> {
    await Promise.all(this.sessions.map((session, which) => this.trainOne(session, which)));
  }

  close(): void {
    for (const session of this.sessions) session.close();
  }

  private async trainOne(session: TrainingSession, which: number): Promise<void> {
    const track = this.tracks[which];
    if (!track) return;
    for (let step = 1; step <= this.state.steps; step++) {
      const { accuracy } = await session.takeStep();
      const isMeasured = step % spacing === 0 || step === this.state.steps;
      const writing = isMeasured ? { writing: await writingAccuracy(session, this.examples) } : {};
      track.points = [...track.points, { step, accuracy, ...writing }];
      this.changed();
    }
    track.written = await write(session, this.leak.example);
    this.changed();
  }
}
