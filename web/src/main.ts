import { goToLinked } from "./elements/link";
import { startFigures } from "./lessons/figures";

startFigures(document.body);
goToLinked();
