/** The page's script: defines the first figure at once and the others when they come near, and ties them to the address. */
import { HeedNotebook } from "./elements/heed-notebook";
import { startFigures } from "./lessons/figures";
import { bindToAddress } from "./lessons/notebook";

customElements.define("heed-notebook", HeedNotebook);

const notebook = document.querySelector("heed-notebook[address]");
if (notebook instanceof HeedNotebook) bindToAddress(notebook);

startFigures(document.body);
