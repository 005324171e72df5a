/** The buffers of the arrays in a result, each once: they are handed on without a copy. */
export function buffersIn(result: unknown): Transferable[] {
  const buffers = new Set<Transferable>();
  const visit = (value: unknown) => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
    else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) visit(part);
  };
  visit(result);
  return [...buffers];
}
