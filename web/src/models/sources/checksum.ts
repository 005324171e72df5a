/** What the hub says that a file's bytes are, compared with those that came. SubtleCrypto takes whole files only, hash-wasm piece by piece. */
import { createSHA1, createSHA256 } from "hash-wasm";
import type { ModelFile } from "./model-file";
import { SourceError } from "./source-error";

/** SHA-256 of the bytes, as Git LFS has it, or SHA-1 of Git's own header and the bytes. */
export type Checksum = { sha256: string } | { gitBlob: string };

/** The same file; reading all of it fails at its end where the bytes are others. */
export function checkedFile(file: ModelFile, checksum: Checksum): ModelFile {
  async function* wholeChecked() {
    const isGit = "gitBlob" in checksum;
    const hash = await (isGit ? createSHA1() : createSHA256());
    hash.init();
    if (isGit) hash.update(`blob ${file.size}\0`);
    for await (const piece of file.pieces()) {
      hash.update(piece);
      yield piece;
    }
    const found = hash.digest();
    const wanted = isGit ? checksum.gitBlob : checksum.sha256;
    if (found !== wanted)
      throw new SourceError(
        `${file.name} came with other bytes than the hub has: its ${isGit ? "SHA-1" : "SHA-256"} is ${found}, not ${wanted}; open the model again`,
        "damaged",
      );
  }
  return {
    ...file,
    pieces: (start = 0, end = file.size) =>
      start === 0 && end === file.size ? wholeChecked() : file.pieces(start, end),
  };
}
