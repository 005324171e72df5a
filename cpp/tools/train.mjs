import { runTrainer } from "./run-trainer.mjs";

/** `npm run train -- --task induction --seed 1 --json FILE`: trains natively; `-- --help` lists the options. */
await runTrainer("heed_train");
