/** How far below the screen a figure is started: about the time of a scroll. */
const ahead = "600px";

/** Starts figures when the first one comes near, so that the first view of the page need not wait for them. */
export function whenNear(figures: Iterable<Element>, start: () => Promise<void>): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void start();
    },
    { rootMargin: ahead },
  );
  for (const figure of figures) observer.observe(figure);
}
