import { serve } from "./serve-tasks";

serve(self);
