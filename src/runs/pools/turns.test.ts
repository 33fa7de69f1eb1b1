import { expect, test } from "vitest";

import { view } from "../fixtures/views.ts";
import { diagnosePoolWait } from "./wait.ts";
import { turns, waitsOf, type PoolClaim } from "./turns.ts";

let asked = 0;
function claim(run: string, change: Partial<PoolClaim> = {}): PoolClaim {
  asked += 1;
  return {
    project: run.split("-")[0] ?? run,
    run,
    step: "load",
    pools: { warehouse: 2 },
    priority: 0,
    askedAt: asked,
    held: false,
    ...change,
  };
}
const runs = (claims: readonly PoolClaim[]) => claims.map(({ run }) => run);

test("as many begin as there are places, the highest priority and then the earliest first", () => {
  const claims = [claim("a-1"), claim("b-1"), claim("c-1", { priority: 5 })];
  expect(runs(turns(claims))).toEqual(["c-1", "a-1"]);
  const held = claims.map((one) => (one.run === "b-1" ? one : { ...one, held: true }));
  expect(turns(held)).toEqual([]);
});

test("who waits for two pools keeps its turn in both", () => {
  const claims = [
    claim("a-1", { held: true, pools: { gpu: 1 } }),
    claim("b-1", { pools: { gpu: 1, warehouse: 1 } }),
    claim("c-1", { pools: { warehouse: 1 } }),
  ];
  expect(turns(claims)).toEqual([]);
  expect(runs(turns(claims.slice(1)))).toEqual(["b-1"]);
});

test("fewer places than before: nobody loses one, and nobody new begins", () => {
  const held = [claim("a-1", { held: true }), claim("b-1", { held: true })];
  expect(turns([...held, claim("c-1", { pools: { warehouse: 1 } })])).toEqual([]);
});

test("a wait says for what and behind whom", () => {
  const claims = [
    claim("demand-1", { held: true, pools: { warehouse: 1 } }),
    claim("prices-1", { pools: { warehouse: 1 }, priority: 1 }),
    claim("recsys-1", { pools: { warehouse: 1 }, askedAt: 1000 }),
  ];
  const last = claims.at(-1) as PoolClaim;
  expect(waitsOf(claims, last).map(({ pool }) => pool)).toEqual(["warehouse"]);
  const running = view([], { status: "RUNNING", endedAt: undefined });
  expect(diagnosePoolWait("recsys-1", running, claims, 61_000)).toEqual({
    code: "run/waiting-for-place",
    step: "load",
    message:
      "load has been waiting for a place in the pool warehouse (1 place) for 1 min, taken by demand/load (run demand-1), behind prices/load (run prices-1)",
    help: "It starts by itself when its turn comes. `priority` in config.yaml says which projects go first, and `pools` in esteira.yaml how many places there are.",
  });
  expect(diagnosePoolWait("demand-1", running, claims, 61_000)).toBeUndefined();
  expect(diagnosePoolWait("recsys-1", view([]), claims, 61_000)).toBeUndefined();
});
