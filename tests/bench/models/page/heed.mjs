import { openModel } from "/heed/models.js";

export class HeedModel {
  #folder;
  #from;
  #options;
  #ids;
  #files;
  #model;

  /** Its files are given as "bytes" in the page's memory, or as a "blob", which the browser keeps outside of it. */
  constructor({ folder, from, dtype, threads }, ids) {
    this.#folder = folder;
    this.#from = from;
    this.#options = { dtype, threads };
    this.#ids = ids;
  }

  async fetch() {
    this.#files = await Promise.all(
      ["config.json", "model.safetensors"].map(async (name) => ({
        name,
        [this.#from]: await (await fetch(`/models/${this.#folder}/${name}`))[this.#from](),
      })),
    );
  }

  async load() {
    const start = performance.now();
    this.#model = await openModel({ files: this.#files }, this.#options);
    // As a page that opens a model once would.
    this.#files = undefined;
    return performance.now() - start;
  }

  async prefill(count, maps) {
    const inputIds = this.#ids.slice(0, count);
    const start = performance.now();
    await this.#model.forward({ inputIds }, { logits: "last", attentions: maps });
    return performance.now() - start;
  }

  async token(context, count) {
    const inputIds = this.#ids.slice(0, context);
    const steps = this.#model.generate({ inputIds }, { maxNewTokens: count + 1, temperature: 0, eosTokenId: null });
    await steps.next();
    const start = performance.now();
    for (let i = 0; i < count; i++) await steps.next();
    const taken = (performance.now() - start) / count;
    // Its keys and values would stay in memory until the last round otherwise.
    await steps.return();
    return taken;
  }

  async logits(count) {
    const { logits } = await this.#model.forward({ inputIds: this.#ids.slice(0, count) }, { logits: "last" });
    return logits.data;
  }
}
