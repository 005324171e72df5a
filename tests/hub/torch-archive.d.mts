export interface StoredTensor {
  type: string;
  shape: readonly number[];
  bytes: Uint8Array;
}
export function pickleOf(tensors: Readonly<Record<string, StoredTensor>>): Uint8Array;
export function archiveOf(entries: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer>;
export function torchArchive(tensors: Readonly<Record<string, StoredTensor>>): Uint8Array<ArrayBuffer>;
export function tensorsOfSafetensors(file: Uint8Array): Record<string, StoredTensor>;
