/** The script that needs nothing beside it: a classic one too, because modules do not load on file:// pages. */
import { coreFigures } from "../../figures/core-list";
import { define } from "../define";
import { isFirst } from "../once";
import { nameMissing } from "./name-missing";

for (const tag of Object.keys(coreFigures)) void define(tag, coreFigures);
if (isFirst("figures in one script")) nameMissing();
