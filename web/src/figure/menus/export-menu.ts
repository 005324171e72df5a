/** What a reader can take away of a figure: a picture, the numbers, a link, a tag for a page of their own. */
import { el } from "../../controls/el";
import { canBeLinked, exactLink } from "../link";
import type { ExportedFigure } from "./exported-figure";
import { Menu } from "./menu";

const scales = [1, 2, 3] as const;

export function exportMenus(exported: ExportedFigure): Node[] {
  const save = new Menu("save", "Save the figure", (menu) => saving(menu, exported));
  const share = new Menu("share", "Share the figure", (menu) => sharing(menu, exported));
  return [share.button, share.panel, save.button, save.panel];
}

const row = (name: string, ...buttons: readonly Node[]) =>
  el("p", { class: "menu-row" }, el("span", { class: "menu-name" }, name), ...buttons);

function saving(menu: Menu, exported: ExportedFigure): Node[] {
  const { box, facts, data } = exported;
  const name = () => facts().title;
  const picture = menu.action("SVG", "Save as SVG", async () => {
    const { pictureOf, saveText, svgText } = await import("../export/export");
    return saveText(name(), "svg", svgText(pictureOf(box, facts(), true)));
  });
  const pngs = scales.map((scale) =>
    menu.action(`PNG ${scale}×`, `Save as PNG, ${scale} times the size on screen`, async () => {
      const { pictureOf, pngOf, saveBlob } = await import("../export/export");
      return saveBlob(name(), "png", await pngOf(pictureOf(box, facts(), false), scale));
    }),
  );
  const copy = menu.action("copy image", "Copy as an image", async () => {
    const { copyPng, pictureOf, pngOf } = await import("../export/export");
    return copyPng(pngOf(pictureOf(box, facts(), false), 2));
  });
  const numbers = (["CSV", "JSON", "NPY"] as const).map((form) =>
    menu.action(form, `Save the numbers as ${form}`, async () => {
      const { saveNumbers } = await import("../export/export");
      return saveNumbers(name(), form, data());
    }),
  );
  return [row("picture", picture, ...pngs, copy), row("numbers", ...numbers)];
}

function sharing(menu: Menu, exported: ExportedFigure): Node[] {
  const link = menu.action("copy link", "Copy a link to the figure as it is", async () => {
    await navigator.clipboard.writeText(await exactLink(exported.figure));
    return "Copied. The link shows the figure as it is now.";
  });
  const embed = menu.action("put it on a page …", "Put the figure on a page of your own", async () => {
    const { EmbedBuilder } = await import("./embed-builder");
    menu.panel.hidePopover();
    new EmbedBuilder(exported).open();
    return "";
  });
  // Not where the page would not restore it.
  return [...(canBeLinked(exported.figure) ? [row("link", link)] : []), row("embed", embed)];
}
