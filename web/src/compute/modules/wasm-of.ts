import { LoadError } from "./load-module";

export async function wasmOf(name: string): Promise<BufferSource> {
  const bytes = (await heedWasm)[name];
  if (!bytes) throw new LoadError(`This file of figures was built without ${name}.`);
  return bytes;
}
