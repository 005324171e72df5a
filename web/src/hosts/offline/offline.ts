/** The line that says whether the page works without a network: <p id="offline" hidden>. */
import { el } from "../../controls/el";
import "./offline.css";
import { type CopyState, OfflineCopy } from "./offline-copy";

/** After the page has loaded, so that the first view has the network and the processor for itself. */
const restMilliseconds = 2000;

const texts: Readonly<Record<CopyState, string>> = {
  none: "This page needs a network: no copy of it is stored in this browser.",
  storing: "A copy of this page is being stored in this browser …",
  stored: "This page works without a network, its models included: a copy is stored in this browser.",
  update: "A newer version of this page is stored in this browser.",
  failed: "No copy of this page could be stored in this browser, so it needs a network.",
};

function start(line: HTMLElement, container: ServiceWorkerContainer): void {
  const said = el("span", { role: "status" });
  const make = button("store a copy", () => copy.make());
  const update = button("show it", () => copy.update());
  const remove = button("delete the copy", () => copy.remove());
  const show = (state: CopyState) => {
    const hadFocus = line.contains(document.activeElement);
    line.dataset.state = state;
    said.textContent = texts[state];
    make.hidden = state !== "none" && state !== "failed";
    update.hidden = state !== "update";
    remove.hidden = state !== "stored" && state !== "update";
    // A control that was used and is gone leaves the focus to the one that takes its place.
    if (hadFocus) (make.hidden ? remove : make).focus();
  };
  const copy = new OfflineCopy(container, show);
  line.replaceChildren(said, " ", make, " ", update, " ", remove);
  line.hidden = false;
  show("none");
  if (!copy.isRefused && !savesData()) whenIdle(() => void copy.make());
}

function button(text: string, act: () => unknown): HTMLButtonElement {
  const made = el("button", { type: "button" }, text);
  made.addEventListener("click", () => void act());
  return made;
}

/** Whether the reader has asked for little to be fetched: then a copy is made when it is asked for. */
const savesData = () => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

function whenIdle(act: () => void): void {
  const rest = () =>
    setTimeout(() => ("requestIdleCallback" in window ? requestIdleCallback(act) : act()), restMilliseconds);
  if (document.readyState === "complete") rest();
  else addEventListener("load", rest, { once: true });
}

const line = document.getElementById("offline");
// Without a secure context there are no service workers; while the site is developed it changes with every file.
if (line && "serviceWorker" in navigator && import.meta.env.PROD) start(line, navigator.serviceWorker);
