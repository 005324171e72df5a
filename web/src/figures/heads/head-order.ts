/** In which order heads are shown. Pure. */
import type { HeadSet } from "../../compute/client";
import type { HeadsState } from "./heads-state";

/** Similar heads side by side; or those first that attend to near keys; or by number. */
export function headOrder(
  { order, metrics }: Pick<HeadSet, "order" | "metrics">,
  by: HeadsState["order"],
): readonly number[] {
  if (by === "similarity") return order;
  const numbers = order.map((_, head) => head);
  const distance = (head: number) => metrics[head]?.meanDistance ?? 0;
  return by === "number" ? numbers : numbers.sort((a, b) => distance(a) - distance(b));
}
