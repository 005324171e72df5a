/**
 * The files of a model that a reader dropped or chose: those of one folder, without the folders in it. It is the one nearest to the top
 * that has a config.json, as a model may lie deeper: snapshots/REVISION in the hub's own cache.
 */

export interface ChosenFiles {
  /** Of the folder, or of the file where there is one alone. */
  readonly name: string;
  readonly files: readonly File[];
}

/** Of a file chooser; one for folders says in which folder each file lies. */
export function chosenFiles(list: Iterable<File>): ChosenFiles {
  const all = [...list];
  const folderOf = ({ webkitRelativePath: path }: File) => path.split("/").slice(0, -1);
  const configs = all.filter(({ name }) => name === "config.json").map(folderOf);
  const [top = []] = [...configs, ...all.map(folderOf)].sort((a, b) => a.length - b.length);
  const [folder = top] = configs.sort((a, b) => a.length - b.length);
  const files = all.filter((file) => folderOf(file).join("/") === folder.join("/"));
  return { name: folder[0] || nameOf(files), files };
}

/** Of a drop. To be called while the event is handled, as what it holds is gone afterwards. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<ChosenFiles> {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const given = [...files];
  const folder = entries.find((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory === true);
  if (!folder) return { name: nameOf(given), files: given };
  const own = await modelFilesOf(folder);
  const read = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return { name: folder.name, files: await Promise.all(own.map(read)) };
}

/** How many folders are looked into. */
const mostFolders = 200;

async function modelFilesOf(top: FileSystemDirectoryEntry): Promise<FileSystemFileEntry[]> {
  const waiting = [top];
  let first: FileSystemFileEntry[] | undefined;
  for (let looked = 0; looked < mostFolders; looked++) {
    const folder = waiting.shift();
    if (!folder) break;
    const inside = await entriesOf(folder);
    const files = inside.filter((entry): entry is FileSystemFileEntry => entry.isFile);
    first ??= files;
    if (files.some(({ name }) => name === "config.json")) return files;
    waiting.push(...inside.filter((entry): entry is FileSystemDirectoryEntry => entry.isDirectory));
  }
  return first ?? [];
}

/** A reader gives some at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const nameOf = (files: readonly File[]) =>
  files.length === 1 ? (files[0]?.name ?? "") : `${files.length} files of this device`;
