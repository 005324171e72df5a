import { goToLinked } from "../../figure/link";
import { startQuestions } from "./questions";
import { startFigures } from "./start-figures";

startFigures(document.body);
startQuestions(document.body);
goToLinked();
