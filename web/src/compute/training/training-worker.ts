import { receiveModules } from "../modules/receive-modules";
import { serveTraining } from "./serve-training";

receiveModules(self);
serveTraining(self);
