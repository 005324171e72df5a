/** The scripts lie where this one came from. */
export const embedBase = new URL("./", import.meta.url);
