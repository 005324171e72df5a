import { startFigures } from "./lessons/figures";

startFigures(document.body);
