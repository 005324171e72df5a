/** The page's script: defines the elements, then starts the lessons that use them. */
import { HeedNotebook } from "./elements/heed-notebook";
import { startWhenNear } from "./lessons/long-map";
import { bindToAddress } from "./lessons/notebook";
import { startOwnData } from "./lessons/own-data";

customElements.define("heed-notebook", HeedNotebook);

const notebook = document.querySelector("heed-notebook[address]");
if (notebook instanceof HeedNotebook) bindToAddress(notebook);

startWhenNear(document.querySelectorAll("heed-long-map"));

startOwnData(document.querySelectorAll("heed-attention"));
