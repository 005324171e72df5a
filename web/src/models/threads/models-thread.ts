/** The script of a thread of heed-models. */
import loadModels from "../../compute/core/heed-models-threads.js";
import { becomeThread } from "./thread-scope";

becomeThread();
void loadModels();
