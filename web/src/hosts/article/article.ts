import { goToLinked } from "../../figure/link";
import { startFigures } from "./start-figures";

startFigures(document.body);
goToLinked();
