import { expect, test } from "vitest";

import { openHub, type SentEvent } from "./hub.ts";

const fleet = (at: number) => ({ type: "fleet", environment: "local", at }) as const;

function watched() {
  const log: string[] = [];
  const hub = openHub((topic) => {
    log.push(`+${topic}`);
    return { [Symbol.dispose]: () => void log.push(`-${topic}`) };
  });
  return { hub, log };
}

test("a topic is watched once for all who look, and no longer than that", () => {
  const { hub, log } = watched();
  const one = hub.subscribe(new Set(["a", "b"]), () => undefined);
  const other = hub.subscribe(new Set(["a"]), () => undefined);
  one[Symbol.dispose]();
  expect(log).toEqual(["+a", "+b", "-b"]);
  other[Symbol.dispose]();
  expect(log).toEqual(["+a", "+b", "-b", "-a"]);
});

test("each gets what it looks at, and what it missed of that", () => {
  const { hub } = watched();
  const seen: SentEvent[] = [];
  const reader = hub.subscribe(new Set(["a"]), (sent) => seen.push(sent));
  hub.publish("a", fleet(1));
  hub.publish("b", fleet(2));
  reader[Symbol.dispose]();
  hub.publish("a", fleet(3));
  expect(seen.map(({ event }) => event.at)).toEqual([1]);
  const missed = hub.since(seen[0]?.id ?? "", new Set(["a"]));
  expect(missed?.map(({ event }) => event.at)).toEqual([3]);
  expect(hub.since(hub.lastId(), new Set(["a"]))).toEqual([]);
});

test("an unknown place, and one that is too long ago, are said to be missed", () => {
  const { hub } = watched();
  hub.publish("a", fleet(0));
  const first = hub.lastId();
  for (let at = 1; at <= 2500; at += 1) hub.publish("a", fleet(at));
  const unknown = [
    first,
    "x-1",
    "",
    "-",
    `${first}9999`,
    openHub(() => watched() as never).lastId(),
  ];
  expect(unknown.map((id) => hub.since(id, new Set(["a"])))).toEqual(unknown.map(() => undefined));
});
