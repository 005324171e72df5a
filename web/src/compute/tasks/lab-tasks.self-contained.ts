import { LoadError } from "../modules/load-module";

export function performInLab(): never {
  throw new LoadError("This file of figures was built without what this figure needs.");
}
