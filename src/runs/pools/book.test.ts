import * as fc from "fast-check";
import { expect, test } from "vitest";

import { answered, ended, giveBack, take, toAnswer, type PoolBook } from "./book.ts";

const PLACES = { warehouse: 2, gpu: 1 } as const;
const WANTS = [["warehouse"], ["gpu"], ["gpu", "warehouse"]] as const;

/** Step Functions as the book sees it: executions with one step, each with one token at a time. */
interface World {
  book: PoolBook;
  /** What each execution is at. */
  readonly runs: ("before" | "waiting" | "working" | "done" | "over")[];
  readonly tokens: (string | undefined)[];
  /** Calls that are delivered late, or twice. */
  readonly late: (() => void)[];
}

const run = (index: number): string => `run-${index}`;

/** Asks now, and the same call may come once more at any time. */
function ask(world: World, index: number, token: string): void {
  askOnce(world, index, token);
  world.late.push(() => askOnce(world, index, token));
}

function askOnce(world: World, index: number, token: string): void {
  const pools = WANTS[index % WANTS.length] ?? [];
  world.book = take(world.book, {
    project: `p${index}`,
    run: run(index),
    step: "load",
    pools: Object.fromEntries(pools.map((pool) => [pool, PLACES[pool]])),
    priority: index % 2,
    askedAt: index,
    tokens: [token],
  });
}

/** Answers who holds places; `kill` dies before it has noted that. */
function answer(world: World, kill: boolean): void {
  const tokens = toAnswer(world.book);
  for (const token of tokens) {
    const index = world.tokens.indexOf(token);
    // A token of a state that tried again, or has ended, is refused by Step Functions.
    if (index !== -1 && world.runs[index] === "waiting") world.runs[index] = "working";
  }
  if (!kill) world.book = answered(world.book, new Set(tokens));
}

function check(world: World): void {
  for (const [pool, places] of Object.entries(PLACES)) {
    const working = world.runs.filter(
      (state, index) =>
        state === "working" && (WANTS[index % WANTS.length] as readonly string[]).includes(pool),
    );
    expect(working.length).toBeLessThanOrEqual(places);
  }
  const claims = world.book.map((one) => `${one.run}/${one.step}`);
  expect(new Set(claims).size).toBe(claims.length);
}

const action = fc.record({
  kind: fc.constantFrom("ask", "retry", "finish", "end", "late", "answer", "killed", "look"),
  run: fc.nat({ max: 8 }),
});

test("no place is lost or doubled, whatever ends, comes twice, comes late or dies", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      const world: World = {
        book: [],
        runs: Array.from({ length: 9 }, () => "before" as const),
        tokens: Array.from({ length: 9 }, () => undefined),
        late: [],
      };
      for (const [step, { kind, run: index }] of actions.entries()) {
        const state = world.runs[index];
        if (kind === "ask" && state === "before") {
          world.runs[index] = "waiting";
          world.tokens[index] = `${index}-${step}`;
          ask(world, index, `${index}-${step}`);
        } else if (kind === "retry" && state === "waiting") {
          // The state tries again after a call whose answer got lost: a new token.
          world.tokens[index] = `${index}-${step}`;
          ask(world, index, `${index}-${step}`);
        } else if (kind === "finish" && state === "working") {
          world.runs[index] = "done";
          const back = (): void => {
            world.book = giveBack(world.book, {
              project: `p${index}`,
              run: run(index),
              step: "load",
            });
          };
          // Given back now and once more later, or only later.
          if (step % 2 === 0) back();
          world.late.push(back);
        } else if (kind === "end" && state !== "before" && state !== "over") {
          world.runs[index] = "over";
          const hear = (): void => {
            world.book = ended(world.book, new Set([`p${index}/${run(index)}`]));
          };
          if (step % 3 === 0) hear();
          world.late.push(hear);
        } else if (kind === "late") world.late.splice(index % (world.late.length || 1), 1)[0]?.();
        else if (kind === "answer") answer(world, false);
        else if (kind === "killed") answer(world, true);
        else if (kind === "look") look(world);
        check(world);
      }
      // In the end everybody gets their turn: nothing was lost.
      for (let round = 0; round < 20; round += 1) {
        look(world);
        answer(world, round % 2 === 0);
        check(world);
        for (const [index, state] of world.runs.entries()) {
          if (state === "working" || state === "done") world.runs[index] = "over";
        }
      }
      look(world);
      expect(world.runs.filter((state) => state === "waiting")).toEqual([]);
      expect(world.book.filter(({ held }) => !held)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** The hourly look, which asks for each execution of the book whether it has ended. */
function look(world: World): void {
  const over = world.runs.flatMap((state, index) =>
    state === "over" ? [`p${index}/${run(index)}`] : [],
  );
  world.book = ended(world.book, new Set(over));
}
