/**
 * Does what is asked for, one at a time and the newest only. Several requests in one turn are one; what is asked for while
 * something is done follows it. That is aborted for it if nothing of it has begun, or once it takes long: otherwise it may soon be
 * done, so that a drag shows what is on its way.
 */
import { Superseded } from "../compute/errors";

const longAfter = 300;

export interface Task {
  /** Requests of the same key are the same. */
  readonly key: string;
  readonly control: AbortController;
}

export interface Work {
  readonly key: () => string;
  /** Whether nothing has begun of what is done with this signal. */
  readonly isWaiting: (signal: AbortSignal) => boolean;
  readonly perform: (task: Task) => Promise<void>;
  /** Told of what is done from a first request until there is none left. */
  readonly begun: (work: Promise<void>) => void;
}

export class NewestOnly {
  private asked = false;
  private isTurnAwaited = false;
  private task: (Task & { isLong?: boolean }) | null = null;

  constructor(private readonly work: Work) {}

  ask(): void {
    this.asked = true;
    if (this.isTurnAwaited) return;
    this.isTurnAwaited = true;
    queueMicrotask(() => {
      this.isTurnAwaited = false;
      if (this.task) this.supersede();
      else if (this.asked) this.work.begun(this.run());
    });
  }

  stop(reason: string): void {
    this.task?.control.abort(new Superseded(reason));
    this.task = null;
    this.asked = false;
  }

  /** Whether it goes on, perhaps in spite of a newer request. */
  goesOn(task: Task): boolean {
    return this.task === task;
  }

  private supersede(): void {
    const { task } = this;
    if (!task || !this.asked || task.key === this.work.key()) return;
    if (task.isLong || this.work.isWaiting(task.control.signal))
      task.control.abort(new Superseded("a newer request came"));
  }

  private async run(): Promise<void> {
    while (this.asked) {
      this.asked = false;
      const task: typeof this.task = { key: this.work.key(), control: new AbortController() };
      this.task = task;
      const long = setTimeout(() => {
        task.isLong = true;
        this.supersede();
      }, longAfter);
      await this.work.perform(task);
      clearTimeout(long);
      // Stopped meanwhile, and perhaps begun anew.
      if (this.task !== task) return;
      this.task = null;
    }
  }
}
