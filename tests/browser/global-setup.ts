import { makeFontSets } from "./font-sets.mjs";

export default makeFontSets;
