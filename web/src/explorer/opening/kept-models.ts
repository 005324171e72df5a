/** The models that the browser keeps: each is opened again without a network, or deleted. */
import { el } from "../../controls/el";
import { defaultEndpoint } from "../../models/sources/hub";
import { deleteModel, listModels } from "../../models/storage/model-store";
import type { NamedModel } from "./hub-form";
import { megabytes } from "./megabytes";

export interface KeptActs {
  readonly hub: (model: NamedModel) => void;
  readonly url: (address: string) => void;
}

export class KeptModels {
  readonly element = el("div", { class: "kept" });

  constructor(private readonly acts: KeptActs) {}

  /** Lists them anew. */
  async show(): Promise<void> {
    // Where the browser has no such storage, there is nothing to list.
    const models = await listModels().catch(() => []);
    const sum = models.reduce((total, { bytes }) => total + bytes, 0);
    const items = models.map(({ name, bytes, lastUsed }) => {
      const open = el("button", { type: "button", class: "way" }, nameOf(name));
      open.addEventListener("click", () => {
        const model = hubModelOf(name);
        if (model) this.acts.hub(model);
        else this.acts.url(name);
      });
      const remove = el(
        "button",
        { type: "button", "aria-label": `delete ${nameOf(name)} from this browser` },
        "delete",
      );
      remove.addEventListener("click", async () => {
        await deleteModel(name);
        await this.show();
      });
      const used = new Date(lastUsed).toLocaleDateString();
      return el("li", {}, open, el("span", {}, ` ${megabytes(bytes)}, last used ${used} `), remove);
    });
    const heading = el("p", {}, `Kept in this browser, ${megabytes(sum)}:`);
    this.element.replaceChildren(...(models.length > 0 ? [heading, el("ul", {}, ...items)] : []));
  }
}

/** "endpoint/org/name@revision", as models of hubs are kept by; undefined for a folder's address. */
function hubModelOf(name: string): NamedModel | undefined {
  const [, endpoint, hub, revision] = /^(https?:\/\/.+?)\/([\w.-]+\/[\w.-]+)@(.+)$/.exec(name) ?? [];
  if (!endpoint || !hub || !revision) return undefined;
  return {
    hub,
    ...(revision !== "main" && { revision }),
    ...(endpoint !== defaultEndpoint && { endpoint }),
  };
}

function nameOf(name: string): string {
  const { hub, revision } = hubModelOf(name) ?? { hub: name };
  return revision ? `${hub} (${revision})` : hub;
}
