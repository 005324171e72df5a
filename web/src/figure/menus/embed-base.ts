/** Where the files for embedding lie: beside the page that has the figures, or where an embed's own script came from. */
export const embedBase = new URL("./embed/", document.baseURI);
