import type { ForwardResult, ModelInfo } from "../../web/src/models/models";

export interface ModelInPage {
  readonly info: ModelInfo;
  forward(inputs: object, options?: object): Promise<ForwardResult>;
  close(): Promise<void>;
}
/** `module`: the address of heed/models on the page's own site. */
export function openInPage(
  page: { evaluate: unknown },
  module: string,
  source: object,
  options?: object,
): Promise<ModelInPage>;
