/** Text made short for an address: zlib's format (RFC 1950), whose checksum tells a damaged link, in base64url (RFC 4648). */

/** What a few characters could otherwise unpack to. */
const mostBytes = 2 ** 22;

export async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text; of a damaged one, as much as can be read, which need not be right. */
export async function unpack(packed: string): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let isWhole = true;
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      size += part.value.length;
      if (size > mostBytes) throw new Error(`it unpacks to more than ${mostBytes} bytes`);
    }
  } catch {
    isWhole = false;
  }
  return { text: await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text(), isWhole };
}
