import { receiveModules } from "../modules/shared-modules";
import { serve } from "./serve-tasks";

receiveModules(self);
serve(self);
