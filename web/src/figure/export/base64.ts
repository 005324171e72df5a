/** The bytes of a blob as base64, made by the browser without holding up the page. */
export function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/, "")));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("the bytes could not be read")));
    reader.readAsDataURL(blob);
  });
}
