/** Where the parts are built to, as seen from the repository's top. */
export const coreFolder = "web/src/compute/core";
export const siteFolder = "dist/site";
export const packageFolder = "dist/package";
