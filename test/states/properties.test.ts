import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../src/core/history.ts";
import { generated, type Generated } from "./generated.ts";
import { replayExecution } from "../../src/states/replay.ts";
import { simulate, type SimulateOptions } from "../../src/states/simulate.ts";
import { identityWith } from "./follow.ts";
import type { Signal } from "../../src/states/types.ts";

const { input: _input, ...identity } = identityWith({});
const options: SimulateOptions = { identity, maxTurns: 5000 };
const runs = { numRuns: 150 };

describe("any definition", () => {
  test("ends or waits, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(generated(), async ({ definition, input, outcomes }) => {
        const run = await simulate(definition, input, outcomes, options);
        expect(run.problems).toEqual([]);
        expect(["SUCCEEDED", "FAILED", "TIMED_OUT"]).toContain(run.status);
        expect(run.history.map((event) => event.id)).toEqual(
          run.history.map((_event, index) => index + 1),
        );
      }),
      runs,
    );
  });

  test("leads to the same history each time", async () => {
    await fc.assert(
      fc.asyncProperty(generated(), async ({ definition, input, outcomes }) => {
        const first = await simulate(definition, input, outcomes, options);
        const again = await simulate(structuredClone(definition), input, outcomes, options);
        expect(again).toEqual(first);
      }),
      runs,
    );
  });

  test("is resumed after any of its events, and continues as if nothing had happened", async () => {
    await fc.assert(
      fc.asyncProperty(generated(), async (one) => {
        const turns: Delivered[] = [];
        const whole = await simulate(one.definition, one.input, one.outcomes, {
          ...options,
          onTurn: (turn, signal, at) => turns.push({ signal, at, events: turn.events.length }),
        });
        const stored = JSON.parse(JSON.stringify(whole.history)) as HistoryEvent[];
        const step = Math.max(1, Math.floor(stored.length / 40));
        for (let cut = 0; cut <= stored.length; cut += step) {
          const resumed = await resume(one, stored.slice(0, cut), turns);
          expect(resumed.history).toEqual(stored);
          expect(resumed.status).toBe(whole.status);
        }
      }),
      { numRuns: 100 },
    );
  });
});

interface Delivered {
  readonly signal: Signal;
  readonly at: number;
  /** How many events it led to. */
  readonly events: number;
}

/**
 * Resumes a run whose history ends anywhere, and delivers what the first run was delivered after
 * that.
 */
async function resume(
  { definition, input }: Generated,
  recorded: readonly HistoryEvent[],
  turns: readonly Delivered[],
): Promise<{ readonly history: readonly HistoryEvent[]; readonly status: string | undefined }> {
  const taken = await replayExecution(definition, identityWith(input), recorded);
  if (!taken.ok) throw new Error(JSON.stringify(taken.error));
  const history = [...recorded];
  let before = 0;
  for (const { signal, at, events } of turns) {
    const after = before + events;
    const inside = before < recorded.length && recorded.length < after;
    if (inside || before >= recorded.length) {
      // The rest of a turn that was cut comes with whatever is delivered next: here, with what
      // changes nothing more.
      const turn = await taken.value.deliver(
        inside ? { kind: "task-heartbeat", task: 0 } : signal,
        at,
      );
      history.push(...turn.events);
    }
    before = after;
  }
  return { history, status: taken.value.outcome?.status };
}
