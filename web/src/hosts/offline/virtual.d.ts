/** What web/build/offline.mjs finds in the site. */
declare module "virtual:site" {
  import type { SiteFile } from "./stored-site";

  export const files: readonly SiteFile[];
  /** Differs where any file does. */
  export const version: string;
}
