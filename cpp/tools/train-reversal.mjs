import { runTrainer } from "./run-trainer.mjs";

/** `npm run train:reversal`: trains the article's encoder-decoder natively. */
await runTrainer("heed_train_reversal");
