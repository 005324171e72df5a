/** The files of a model that a reader dropped or chose: those of one folder, without the folders in it. */

export interface ChosenFiles {
  /** Of the folder, or of the file where there is one alone. */
  readonly name: string;
  readonly files: readonly File[];
}

/** Of a file chooser; one for folders says in which folder each file lies. */
export function chosenFiles(list: Iterable<File>): ChosenFiles {
  const files = [...list].filter(({ webkitRelativePath: path }) => path.split("/").length <= 2);
  const [folder = ""] = files[0]?.webkitRelativePath.split("/") ?? [];
  return { name: folder || nameOf(files), files };
}

/** Of a drop. To be called while the event is handled, as what it holds is gone afterwards. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<ChosenFiles> {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const given = [...files];
  const folder = entries.find((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory === true);
  if (!folder) return { name: nameOf(given), files: given };
  const inside = await entriesOf(folder);
  const own = inside.filter((entry): entry is FileSystemFileEntry => entry.isFile);
  const read = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return { name: folder.name, files: await Promise.all(own.map(read)) };
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
