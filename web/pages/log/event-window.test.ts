import fc from "fast-check";
import { expect, test } from "vitest";

import {
  bounded,
  cursorAfter,
  cursorBefore,
  emptyWindow,
  type EventWindow,
  linesOf,
  type Part,
  withAfter,
  withBefore,
} from "./event-window.ts";

const all = 3_000;

/** Lines of a log that are named by their places; cursors are places, as CloudWatch's are. */
function partOf(from: number, to: number): Part {
  const lines = Array.from({ length: to - from }, (_, index) => ({
    number: null,
    id: `t${from + index}`,
    at: from + index,
    stream: "stdout" as const,
    text: "",
    cut: false,
  }));
  return { lines, previous: String(from), next: String(to) };
}

const placesOf = (window: EventWindow): number[] => linesOf(window).map(({ at }) => at);

test("small parts are joined, and the cursors are those of both ends", () => {
  let window = withAfter(emptyWindow, partOf(10, 20), true);
  for (let at = 20; at < 30; at += 1) window = withAfter(window, partOf(at, at + 1), true);
  expect(window.parts).toHaveLength(1);
  expect([cursorBefore(window), cursorAfter(window)]).toEqual(["10", "30"]);
  window = withBefore(window, partOf(0, 10));
  window = withBefore(window, { lines: [], previous: "0", next: "0" });
  expect(placesOf(window)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(cursorBefore(window)).toBeUndefined();
});

test("what is far from where one looks is forgotten, and read again it is where it was", () => {
  const step = fc.record({
    where: fc.constantFrom("before" as const, "after" as const),
    lines: fc.integer({ min: 0, max: 400 }),
    look: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const most = 1_000;
      let window = withAfter(emptyWindow, partOf(1_400, 1_500), true);
      for (const { where, lines, look } of steps) {
        const here = linesOf(window).length;
        const looked = { from: Math.floor(look * (here - 1)), to: Math.floor(look * (here - 1)) };
        const seen = placesOf(window)[looked.from];
        const [first, last] = [Number(cursorBefore(window) ?? 0), Number(cursorAfter(window))];
        const part =
          where === "before"
            ? partOf(Math.max(0, first - lines), first)
            : partOf(last, Math.min(all, last + lines));
        const put = where === "before" ? part.lines.length : 0;
        const joined =
          where === "before" ? withBefore(window, part) : withAfter(window, part, false);
        const place = { from: looked.from + put, to: looked.to + put };
        const { window: next, lost } = bounded(joined, place, most);
        window = next;
        const places = placesOf(window);
        // Without a gap, never much more than is kept, and what is looked at is where it is said.
        expect(places).toEqual(places.map((_, index) => (places[0] ?? 0) + index));
        expect(places.length).toBeLessThanOrEqual(most + 2 * 900);
        expect(places[place.from - lost]).toBe(seen);
        expect([Number(cursorBefore(window) ?? places[0]), Number(cursorAfter(window))]).toEqual([
          places[0],
          (places.at(-1) ?? 0) + 1,
        ]);
      }
    }),
  );
});
