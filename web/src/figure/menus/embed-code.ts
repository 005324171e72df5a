/** The code that puts a figure on a page, in three forms. All it needs is served from the writer's own host. */
import { coreTags } from "../../model/figure-tags";

export const embedForms = ["script", "iframe", "file"] as const;
export type EmbedForm = (typeof embedForms)[number];

/** Figures of heed-core are in one script that needs nothing beside it; the others come as modules, so not as one file. */
const isInOneScript = (tag: string) => coreTags.includes(tag);
/** A frame takes attributes only, no data. */
export const formsOf = (tag: string, hasContent = false) =>
  embedForms.filter((form) => (form !== "file" || isInOneScript(tag)) && (form !== "iframe" || !hasContent));

/** What stands in a tag in a script element that is not run: JSON, or bytes as base64. */
export interface EmbedContent {
  readonly type: "application/json" | "application/octet-stream";
  readonly text: string;
}

export interface EmbedRequest {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly controls: boolean;
  /** Where the files of the embed lie, with a slash at the end. */
  readonly base: string;
  readonly title: string;
  /** Data for inside the tag. */
  readonly content?: EmbedContent;
  /** The figure's state as a query, where it holds what the reader brought: a frame's address has it behind the #. */
  readonly ownSearch?: string;
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);

const controlsOf = ({ controls }: EmbedRequest) => (controls ? {} : { controls: "none" });

const attributesOf = (request: EmbedRequest) => ({ ...request.attributes, ...controlsOf(request) });

const tagOf = (request: EmbedRequest) => {
  const attributes = Object.entries(attributesOf(request)).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  // Text of others may not end the script element, nor begin a comment.
  const content =
    request.content &&
    `<script type="${request.content.type}">${request.content.text.replaceAll("<", "\\u003c")}</script>`;
  return `<${request.tag}${attributes.join("")}>${content ?? ""}</${request.tag}>`;
};

export function embedCode(form: EmbedForm, request: EmbedRequest): string {
  const { base, tag, title, ownSearch } = request;
  if (form === "script") {
    const source = isInOneScript(tag)
      ? `src="${escaped(base)}heed-figures.js"`
      : `type="module" src="${escaped(base)}figures.js"`;
    return `<script ${source}></script>\n${tagOf(request)}\n`;
  }
  if (form === "iframe") {
    const query = new URLSearchParams({ figure: tag, ...(ownSearch ? controlsOf(request) : attributesOf(request)) });
    const address = `${base}embed.html?${query}${ownSearch ? `#figure~${ownSearch.slice(1)}` : ""}`;
    return [
      `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="600" loading="lazy" allow="clipboard-write"></iframe>`,
      `<script src="${escaped(base)}heed-frame.js"></script>\n`,
    ].join("\n");
  }
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<script src="heed-figures.js"></script>`,
    tagOf(request),
    "</html>\n",
  ].join("\n");
}
