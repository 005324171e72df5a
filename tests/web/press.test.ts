import { describe, expect, test } from "vitest";
import { besideScrolling, listenToPress, type PressEvents, type Tolerance } from "../../web/src/controls/press";

/** A target that hears events, and what was reported of them. */
function pressed(tolerance: Tolerance, begin: PressEvents["begin"] = () => true) {
  const told: string[] = [];
  const captured: number[] = [];
  const target = Object.assign(new EventTarget(), { setPointerCapture: (id: number) => captured.push(id) });
  listenToPress(
    target as unknown as HTMLElement,
    {
      begin,
      hover: (event) => told.push(event ? `hover ${event.clientX}` : "left"),
      drag: (event, { x }) => told.push(`drag ${event.clientX - x}`),
      end: (_, { moved, byTouch }) =>
        told.push(`${byTouch ? "finger" : "mouse"} lifted, ${moved ? "dragged" : "still"}`),
      cancel: () => told.push("cancelled"),
    },
    tolerance,
  );
  const send = (type: string, x = 0, more: Partial<PointerEvent> = {}) =>
    target.dispatchEvent(
      Object.assign(new Event(type === "lost" ? "lostpointercapture" : `pointer${type}`), {
        ...{ button: 0, pointerId: 1, pointerType: "mouse", clientX: x, clientY: 0 },
        ...more,
      }),
    );
  return { told, captured, send };
}

const touch = { pointerType: "touch" };

describe("a press", () => {
  test("a mouse hovers, drags from its first movement where nothing else is said, and is captured", () => {
    const { told, captured, send } = pressed({});
    send("move", 5);
    send("down", 5);
    send("move", 6);
    send("leave");
    send("up", 6);
    send("leave");
    expect(told).toEqual(["hover 5", "drag 1", "mouse lifted, dragged", "left"]);
    expect(captured).toEqual([1]);
  });

  test("within the tolerance it is a click, beyond it every movement is a drag", () => {
    const { told, send } = pressed({ mouse: 3 });
    send("down", 0);
    send("move", 3);
    send("up", 3);
    send("down", 0);
    send("move", 4);
    send("move", 1);
    send("up", 1);
    expect(told).toEqual(["mouse lifted, still", "drag 4", "drag 1", "mouse lifted, dragged"]);
  });

  test("a finger does not hover; it drags sideways, and taps where it stays", () => {
    const { told, captured, send } = pressed(besideScrolling);
    send("move", 5, touch);
    send("down", 0, touch);
    send("move", 7, { ...touch, clientY: 8 });
    send("move", 9, { ...touch, clientY: 8 });
    send("up", 9, touch);
    send("down", 0, touch);
    send("up", 2, touch);
    expect(told).toEqual(["drag 9", "finger lifted, dragged", "finger lifted, still"]);
    expect(captured).toEqual([]);
  });

  test("a finger that scrolls the page cancels it, and so does a capture that is lost; neither does so twice", () => {
    const { told, send } = pressed(besideScrolling);
    send("down", 0, touch);
    send("cancel", 0, touch);
    send("up", 0, touch);
    send("down", 0);
    send("lost");
    send("cancel");
    expect(told).toEqual(["cancelled", "cancelled"]);
    const lifted = pressed({});
    lifted.send("down", 0);
    lifted.send("up", 0);
    lifted.send("lost");
    expect(lifted.told).toEqual(["mouse lifted, still"]);
  });

  test("other buttons, other fingers, and what its owner does not take are not heard", () => {
    const { told, send } = pressed({});
    send("down", 0, { button: 2 });
    send("up", 0, { button: 2 });
    send("down", 0);
    send("down", 0, { pointerId: 2 });
    send("move", 9, { pointerId: 2 });
    send("up", 9, { pointerId: 2 });
    send("up", 0);
    expect(told).toEqual(["mouse lifted, still"]);
    const refused = pressed({}, () => false);
    refused.send("down", 0);
    refused.send("move", 3);
    expect(refused.told).toEqual(["hover 3"]);
  });
});
