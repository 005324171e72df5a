import { SourceError } from "./source-error";

/** A file on a server. */
export interface Address {
  url: URL;
  /** What the reader knows the file as. */
  name: string;
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>;
  /** What to do where reading is not allowed. */
  gatedAdvice?: string;
}

/** An answer that is one of the expected: 200, or 206 to a request for a range. Others are a SourceError. */
export async function request(address: Address, init: RequestInit = {}): Promise<Response> {
  const { url, headers } = address;
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } });
  } catch (cause) {
    if (init.signal?.aborted) throw init.signal.reason;
    throw await unreached(address, cause, init.signal);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw refusal(address, response);
}

/** An address without what may be secret in it. */
export const shown = ({ origin, pathname }: URL) => `${origin}${pathname}`;

async function unreached({ url, name }: Address, cause: unknown, signal?: AbortSignal | null): Promise<SourceError> {
  if (typeof navigator === "object" && navigator.onLine === false)
    return new SourceError(`${name} was not read: there is no network`, "network", { cause });
  if (await answersOthers(url, signal))
    return new SourceError(
      `${name} was not read: ${url.origin} does not let other pages read its files (CORS); download them and open them as files`,
      "cors",
      { cause },
    );
  return new SourceError(`${name} was not read: ${url.host} was not reached`, "network", { cause });
}

/** Whether a server is there that does not let this page read what it answers. Only browsers make that difference. */
async function answersOthers(url: URL, signal?: AbortSignal | null): Promise<boolean> {
  const page = globalThis.location?.origin;
  if (!page || page === url.origin) return false;
  try {
    await fetch(url, { method: "HEAD", mode: "no-cors", credentials: "omit", ...(signal && { signal }) });
    return true;
  } catch {
    return false;
  }
}

function refusal({ url, name, gatedAdvice = "" }: Address, { status, headers }: Response): SourceError {
  const code = headers.get("x-error-code") ?? "";
  if (code === "RevisionNotFound")
    return new SourceError(`${name} was not read: the model has no such revision at ${shown(url)}`, "missing");
  if (status === 401 || status === 403)
    return new SourceError(`${name} was not read: ${shown(url)} asks who you are (${status})${gatedAdvice}`, "gated");
  if (status === 404 || status === 410)
    return new SourceError(`${name} was not found at ${shown(url)} (${status})`, "missing");
  if (status === 429)
    return new SourceError(`${name} was not read: ${url.host} was asked too often (429); try again later`, "server");
  return new SourceError(`${name} was not read: ${url.host} answered ${status}`, "server");
}
