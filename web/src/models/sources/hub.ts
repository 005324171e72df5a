import type { Checksum } from "./checksum";
import { downloadWhole } from "./download";
import type { ModelFile } from "./model-file";
import { neededFiles } from "./needed-files";
import { remoteFile } from "./remote-files";
import type { Address } from "./request";
import { SourceError } from "./source-error";

/** A model on a hub with the routes of Hugging Face's. */
export interface HubSource {
  /** "org/name" */
  hub: string;
  /** A branch, a tag or a commit; "main" by default. */
  revision?: string;
  /** Where the hub is; https://huggingface.co by default. */
  endpoint?: string;
}

/** The hub that is asked where none is named. */
export const defaultEndpoint = "https://huggingface.co";

/** By the hub's origin; gone when the page is. */
const tokens = new Map<string, string>();

/**
 * A token for models that the hub gives to some only; undefined takes it away. It is kept for as long as the page is open, and sent to
 * this endpoint only.
 */
export function setHubToken(token: string | undefined, endpoint: string = defaultEndpoint): void {
  const { origin } = endpointAddress(endpoint);
  if (token === undefined) tokens.delete(origin);
  else if (/^[\x21-\x7e]+$/.test(token)) tokens.set(origin, token);
  else throw new Error("the token has characters that no token has");
}

function endpointAddress(endpoint: string): URL {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch (cause) {
    throw new Error(`the endpoint ${JSON.stringify(endpoint)} is no address`, { cause });
  }
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local))
    throw new Error(`the endpoint ${JSON.stringify(endpoint)} must begin with https:`);
  return url;
}

/** An entry of what the hub lists. */
interface Listed {
  name: string;
  size: number;
  checksum?: Checksum;
}

/** The files that a model on a hub needs. */
export async function hubFiles(
  { hub, revision = "main", endpoint = defaultEndpoint }: HubSource,
  signal?: AbortSignal,
) {
  if (typeof hub !== "string" || !/^[\w.-]+(\/[\w.-]+)?$/.test(hub) || /(^|\/)\.+(\/|$)/.test(hub))
    throw new Error(`the hub's name of a model is ${JSON.stringify(hub)}; it must be like "org/name"`);
  if (typeof revision !== "string" || revision === "" || /[?#\s]|\.\./.test(revision))
    throw new Error(`the revision is ${JSON.stringify(revision)}; it must be a branch, a tag or a commit`);
  const origin = endpointAddress(endpoint);
  const base = `${origin.origin}${origin.pathname.replace(/\/$/, "")}`;
  const token = tokens.get(origin.origin);
  const address = (path: string, name: string): Address => ({
    url: new URL(`${base}/${path}`),
    name,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    gatedAdvice: `; ${hub} may be gated, private, or not there: see ${base}/${hub}, where its terms can be accepted. Then give a token of yours, or download its files there and open them`,
  });
  const at = encodeURIComponent(revision);
  const listed = await listFiles(address(`api/models/${hub}/tree/${at}`, hub), signal);
  const { checkedFile } = await import("./checksum");
  const files = listed.map(({ name, size, checksum }): ModelFile => {
    const file = remoteFile(address(`${hub}/resolve/${at}/${encodeURIComponent(name)}`, name), size, signal);
    return checksum
      ? { ...checkedFile(file, checksum), version: "sha256" in checksum ? checksum.sha256 : checksum.gitBlob }
      : file;
  });
  return neededFiles(files);
}

async function listFiles(address: Address, signal?: AbortSignal): Promise<Listed[]> {
  const text = new TextDecoder().decode(await downloadWhole(address, 20_000_000, signal));
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (cause) {
    throw new SourceError(`${address.url.host} is no hub: it lists files in another form than JSON`, "format", {
      cause,
    });
  }
  if (!Array.isArray(entries)) throw new SourceError(`${address.url.host} is no hub: it lists no files`, "format");
  return entries.flatMap((entry): Listed[] => {
    const { type, path, size, oid, lfs } = (entry ?? {}) as Record<string, unknown>;
    const isFile = type === "file" && typeof path === "string" && Number.isSafeInteger(size) && (size as number) >= 0;
    const checksum = checksumOf(oid, (lfs as { oid?: unknown } | null | undefined)?.oid);
    return isFile && !path.includes("/") ? [{ name: path, size: size as number, ...(checksum && { checksum }) }] : [];
  });
}

/** Of what Git LFS holds Git itself has only a pointer. */
function checksumOf(oid: unknown, lfs: unknown): Checksum | undefined {
  const isHash = (value: unknown, digits: number): value is string =>
    typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value);
  if (lfs !== undefined) return isHash(lfs, 64) ? { sha256: lfs } : undefined;
  return isHash(oid, 40) ? { gitBlob: oid } : undefined;
}
