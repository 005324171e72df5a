import type { ModelInfo } from "../../web/src/models/models";

export interface ModelInPage {
  readonly info: ModelInfo;
  close(): Promise<void>;
}
/** `module`: the address of heed/models on the page's own site. */
export function openInPage(
  page: { evaluate: unknown },
  module: string,
  source: object,
  options?: object,
): Promise<ModelInPage>;
