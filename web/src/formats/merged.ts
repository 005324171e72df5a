/** Several files read as one: names of tokens from one, numbers from the other; or numbers of both, with the files' names before theirs. */
import type { DataFile } from "./tensor";

export function merged(files: readonly (readonly [name: string, file: DataFile])[]): DataFile {
  const withTensors = files.filter(([, { tensors }]) => tensors.length > 0);
  const isAlone = withTensors.length < 2;
  const prefix = (name: string) => (isAlone ? "" : `${name.replace(/\.\w+$/, "")}/`);
  const labels = files.flatMap(([name, file]) => {
    const own = file.tensors.length > 0 ? prefix(name) : "";
    // One list is enough where files agree.
    return Object.entries(file.labels).flatMap(([key, list]) => [
      [key, list] as const,
      ...(own ? [[own + key, list] as const] : []),
    ]);
  });
  return {
    tensors: withTensors.flatMap(([name, { tensors }]) =>
      tensors.map((tensor) => ({ ...tensor, name: prefix(name) + tensor.name })),
    ),
    labels: Object.fromEntries(labels),
    unread: files.flatMap(([, { unread = [] }]) => unread),
    notes: files.flatMap(([, { notes = [] }]) => notes),
  };
}
