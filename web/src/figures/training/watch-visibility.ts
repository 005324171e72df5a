/** Whether anybody can see a figure: what works on and on stops where its tab is hidden or it is far from what is seen. */
export type HiddenReason = "hidden" | "far" | null;

/** What is not far: up to a screen's height above or below; or in the middle of the screen. */
export const near = "100% 0px";
export const inView = "-25% 0px";

/** Calls `changed` with why nobody can see `element`, or null; what is not within `rootMargin` is far. Returns how to stop it. */
export function watchVisibility(
  element: Element,
  rootMargin: string,
  changed: (away: HiddenReason) => void,
): () => void {
  let far = false;
  const tell = () => changed(document.hidden ? "hidden" : far ? "far" : null);
  const observer = new IntersectionObserver(
    (entries) => {
      far = !entries.at(-1)?.isIntersecting;
      tell();
    },
    { rootMargin },
  );
  observer.observe(element);
  document.addEventListener("visibilitychange", tell);
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
