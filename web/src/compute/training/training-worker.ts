import { receiveModules } from "../modules/shared-modules";
import { serveTraining } from "./serve-training";

receiveModules(self);
serveTraining(self);
