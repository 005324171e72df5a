import loadCore, { type MainModule } from "../core/heed-core.js";
import { coreAddresses } from "./core-addresses";
import { startModule } from "./load-module";

export const startCore = () => startModule<MainModule>({ load: loadCore, ...coreAddresses });
