/** Opening files and kept runs, one at a time: who chooses another has it in place of the one before. */
import { TrainingSession } from "../../compute/training/training";

export class Opening {
  private control = new AbortController();

  /** Gives the session of what `read` reads to `opened`, or says to `failed` why there is none; neither once it is not wanted any more. */
  async open(
    read: () => Promise<Uint8Array>,
    opened: (session: TrainingSession) => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    this.abort();
    this.control = new AbortController();
    const { signal } = this.control;
    try {
      const bytes = await read();
      const session = signal.aborted ? null : await TrainingSession.open(bytes, { signal });
      if (signal.aborted) session?.close();
      else if (session) opened(session);
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
  }

  abort(): void {
    this.control.abort();
  }
}
