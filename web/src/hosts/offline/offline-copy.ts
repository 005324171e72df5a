import { cachePrefix, useNow } from "./stored-site";

/** Whether the site is stored in this browser. `update`: another version is, and waits. */
export type CopyState = "none" | "storing" | "stored" | "update" | "failed";

/** Remembers that the reader wants no copy. */
const refusal = "heed-offline";
const refused = "off";

/** The copy of the site that the service worker keeps, as the page sees it. */
export class OfflineCopy {
  #state: CopyState = "none";
  #registration: ServiceWorkerRegistration | undefined;

  /** @param show  called whenever `state` changes */
  constructor(
    private readonly container: ServiceWorkerContainer,
    private readonly show: (state: CopyState) => void,
  ) {}

  get state(): CopyState {
    return this.#state;
  }

  /** Whether the reader has said that nothing is to be stored. */
  get isRefused(): boolean {
    try {
      return localStorage.getItem(refusal) === refused;
    } catch {
      return false; // no storage that is kept
    }
  }

  /** Stores the site, unless it is stored already. */
  async make(): Promise<void> {
    this.#remember(null);
    if (this.#state !== "stored") this.#set("storing");
    let registration: ServiceWorkerRegistration | undefined;
    try {
      const script = new URL("service-worker.js", document.baseURI);
      registration = await this.container.register(script, { updateViaCache: "none" });
    } catch {
      this.#set("failed");
      return;
    }
    // Browsers that keep workers from registering may answer with nothing.
    if (!registration) return this.#set("none");
    this.#registration = registration;
    registration.addEventListener("updatefound", () => this.#follow(registration));
    this.#follow(registration);
  }

  /** Deletes what is stored, and remembers that nothing is to be. */
  async remove(): Promise<void> {
    this.#remember(refused);
    await this.#registration?.unregister();
    this.#registration = undefined;
    for (const name of await caches.keys()) if (name.startsWith(cachePrefix)) await caches.delete(name);
    this.#set("none");
  }

  /** Shows the newer version in place of this page. Other pages that are open stay as they are. */
  update(): void {
    const { waiting } = this.#registration ?? {};
    if (!waiting) return;
    this.container.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage(useNow);
  }

  #follow(registration: ServiceWorkerRegistration) {
    registration.installing?.addEventListener("statechange", () => this.#look(registration));
    this.#look(registration);
  }

  #look(registration: ServiceWorkerRegistration) {
    if (registration !== this.#registration) return; // removed meanwhile
    const { active, waiting, installing } = registration;
    if (active && waiting) this.#set("update");
    else if (active) this.#set("stored");
    else this.#set(waiting || installing ? "storing" : "failed");
  }

  #set(state: CopyState) {
    this.#state = state;
    this.show(state);
  }

  #remember(value: string | null) {
    try {
      if (value === null) localStorage.removeItem(refusal);
      else localStorage.setItem(refusal, value);
    } catch {
      // No storage that is kept: it is asked again on the next visit.
    }
  }
}
