/** How far from the screen a figure is started: about the time of a scroll. */
const ahead = "600px";

type Start = (tag: string) => Promise<void>;

/** Starts each tag when the first element of it, there now or added later, comes near; with reduced data, when it is clicked. */
export function whenWanted(tags: readonly string[], start: Start): void {
  const undefinedOnes = tags.map((tag) => `${tag}:not(:defined)`).join();
  const near = new IntersectionObserver(
    (entries) => {
      const coming = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
      for (const figure of coming) {
        near.unobserve(figure);
        if (wantsFewData()) offer(figure, "Show the figure", start);
        else void attempt(figure, start);
      }
    },
    { rootMargin: ahead },
  );
  const find = (root: ParentNode) => {
    for (const figure of root.querySelectorAll(undefinedOnes)) near.observe(figure);
  };
  const added = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches(undefinedOnes)) near.observe(node);
        find(node);
      }
  });
  find(document);
  added.observe(document, { childList: true, subtree: true });
}

async function attempt(figure: Element, start: Start): Promise<void> {
  try {
    await start(figure.localName);
  } catch {
    offer(figure, "The figure could not be fetched. Try again", start);
  }
}

/** A button after what the writer put into the figure. */
function offer(figure: Element, text: string, start: Start): void {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => {
    button.disabled = true;
    void attempt(figure, start).then(() => button.remove());
  });
  figure.append(button);
  // Another figure of its kind was clicked.
  void customElements.whenDefined(figure.localName).then(() => button.remove());
}

function wantsFewData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}
