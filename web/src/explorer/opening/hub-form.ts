/** A model of a hub, by its name; and a folder on any host, by its address. */
import { el } from "../../controls/el";

/** A hub's model as a reader names it. */
export interface NamedModel {
  readonly hub: string;
  readonly revision?: string;
  readonly endpoint?: string;
}

export interface HubActs {
  readonly hub: (model: NamedModel) => void;
  readonly url: (address: string) => void;
  /** A token for that hub, which is kept while the page is open. */
  readonly token: (token: string, endpoint: string | undefined) => void;
}

const field = (name: string, placeholder: string, type = "text") =>
  el("input", { type, name, placeholder, spellcheck: "false", autocomplete: "off" });

export class HubForm {
  private readonly hub = field("hub", "org/name");
  private readonly revision = field("revision", "main");
  private readonly endpoint = field("endpoint", "https://huggingface.co");
  private readonly token = field("token", "hf_…", "password");
  private readonly more = el(
    "details",
    {},
    el("summary", {}, "revision, another hub, a token"),
    el("p", {}, el("label", {}, "revision: a branch, a tag or a commit ", this.revision)),
    el("p", {}, el("label", {}, "address of the hub ", this.endpoint)),
    el(
      "p",
      {},
      el("label", {}, "token for gated models ", this.token),
      el("span", {}, " kept until this page is closed, sent to that hub only"),
    ),
  );
  readonly elements: readonly HTMLElement[];

  constructor(acts: HubActs) {
    const form = el(
      "form",
      {},
      el("button", { type: "submit", class: "way" }, "open"),
      el("label", {}, " from the hub ", this.hub),
      el("span", {}, " the page then asks the hub for the model’s files; what you type stays here"),
      this.more,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const hub = this.hub.value.trim();
      if (!hub) return this.hub.focus();
      const revision = this.revision.value.trim();
      const endpoint = this.endpoint.value.trim();
      if (this.token.value) acts.token(this.token.value.trim(), endpoint || undefined);
      this.token.value = "";
      acts.hub({ hub, ...(revision && { revision }), ...(endpoint && { endpoint }) });
    });
    const address = field("url", "https://host/folder/");
    const addressForm = el(
      "form",
      {},
      el("button", { type: "submit", class: "way" }, "open the folder"),
      el("label", {}, " at the address ", address),
    );
    addressForm.addEventListener("submit", (event) => {
      event.preventDefault();
      const url = address.value.trim();
      if (url) acts.url(url);
      else address.focus();
    });
    this.elements = [form, addressForm];
  }

  /** Writes a model's name into the form; the reader opens it. */
  offer({ hub, revision = "", endpoint = "" }: NamedModel): void {
    this.hub.value = hub;
    this.revision.value = revision;
    this.endpoint.value = endpoint;
    // Which host will be asked is seen before it is.
    this.more.open = revision !== "" || endpoint !== "";
  }
}
