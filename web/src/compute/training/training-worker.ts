import { serveTraining } from "./serve-training";

serveTraining(self);
