const folder = import.meta.url.replace(/[^/]*$/, "");
/** webpack puts the path of the file on the machine that bundled it there. */
const isOfBundle = folder.startsWith("file:") && location.protocol !== "file:";

/** The scripts lie where this one came from; of a bundle they are taken to lie where the guide to embedding puts them. */
export const embedBase = new URL(isOfBundle ? "./embed/" : folder, document.baseURI);
