import type { SiteFile } from "../src/hosts/offline/stored-site";

export function filesOf(folder: string): SiteFile[];
