/**
 * heed-frame.js, for pages with figures in frames (<iframe src="…/embed.html?figure=heed-…">): gives each the height that
 * its figure needs and tells it whether the page is light or dark. Raises heed-change on the iframe (detail.state).
 */
import { backgroundOf, watchBackground } from "../../figure/background";
import { isFirst } from "../once";
import { isFromFrame, type ToFrame } from "./frame-protocol";

const framed = 'iframe[src*="embed.html?figure=heed-"]';
const greeted = new WeakSet<HTMLIFrameElement>();

function greet(frame: HTMLIFrameElement): void {
  greeted.add(frame);
  frame.style.border = "0";
  let unwatch = () => {};
  const hello = () => {
    // A frame of another colour scheme than its element's is painted over, so both are light and the ground shows through.
    frame.style.colorScheme = "light";
    const origin = originOf(frame);
    if (origin === null) return;
    const message: ToFrame = { heed: 1, type: "hello", theme: backgroundOf(frame).isDark ? "dark" : "light" };
    // A file has no origin to name.
    frame.contentWindow?.postMessage(message, origin === "null" ? "*" : origin);
  };
  const follow = () => {
    unwatch();
    hello();
    unwatch = watchBackground(frame, () => (frame.isConnected ? hello() : unwatch()));
  };
  follow();
  // Its script may not have been there yet; and a frame that is put elsewhere loads anew.
  frame.addEventListener("load", follow);
}

/** null: its address is none, and nothing of ours is in it. */
function originOf({ src }: HTMLIFrameElement): string | null {
  try {
    return new URL(src, document.baseURI).origin;
  } catch {
    return null;
  }
}

function find(): void {
  for (const frame of document.querySelectorAll<HTMLIFrameElement>(framed)) if (!greeted.has(frame)) greet(frame);
}

function hear({ data, source, origin }: MessageEvent): void {
  const frame = [...document.querySelectorAll<HTMLIFrameElement>(framed)].find(
    ({ contentWindow }) => contentWindow === source,
  );
  if (!frame || origin !== originOf(frame) || !isFromFrame(data)) return;
  if (data.type === "height") frame.style.height = `${data.height}px`;
  else frame.dispatchEvent(new CustomEvent("heed-change", { detail: { state: data.state }, bubbles: true }));
}

// The line that names this script is pasted with each frame.
if (isFirst("frames")) {
  addEventListener("message", hear);
  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  find();
}
