import { receiveModules } from "../modules/receive-modules";
import { serve } from "./serve-tasks";

receiveModules(self);
serve(self);
