/** The page's script: defines the elements, then starts the lessons that use them. */
import { HeedNotebook } from "./elements/heed-notebook";
import { bindToAddress } from "./lessons/notebook";

customElements.define("heed-notebook", HeedNotebook);

const notebook = document.querySelector("heed-notebook[address]");
if (notebook instanceof HeedNotebook) bindToAddress(notebook);
