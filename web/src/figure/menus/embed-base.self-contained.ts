const { currentScript } = document;

/** The scripts lie where this one came from; one that stands in the page itself can only say where the page is. */
export const embedBase = new URL(
  "./",
  (currentScript instanceof HTMLScriptElement && currentScript.src) || document.baseURI,
);
