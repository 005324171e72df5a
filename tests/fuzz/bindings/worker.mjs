import { parentPort, workerData } from "node:worker_threads";
import { drive } from "./drive.mjs";
import { startModule } from "./modules.mjs";

const { name, ...options } = workerData;
const dot = name.indexOf(".");
const start = () => startModule(name.slice(0, dot));
parentPort.postMessage(await drive({ start, name: name.slice(dot + 1), ...options }));
