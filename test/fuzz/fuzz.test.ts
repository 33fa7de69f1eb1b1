import { createContext, Script } from "node:vm";

import fc from "fast-check";
import { afterAll, test } from "vitest";

import { openEvaluator } from "../../src/local/evaluator/pool.ts";
import { corpus } from "./corpus.ts";
import { entries, type Entry } from "./entries.ts";
import { texts } from "./texts.ts";

/** Cases of a kind; `npm run fuzz` asks for 100,000. */
const asked = process.env["ESTEIRA_FUZZ_CASES"];
/** Of an earlier failure, as it was printed. */
const seed = process.env["ESTEIRA_FUZZ_SEED"];
/** What takes longer, on however busy a machine, hangs. */
const longestMs = 10_000;

const evaluator = openEvaluator();
afterAll(() => evaluator.close());

for (const entry of entries) {
  const cases = asked === undefined ? 2000 : Number(asked);
  const timeLimitMs = 60_000 + cases * 60;
  test(
    `whatever comes in has an answer: ${entry.name} (${cases} cases)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(texts(entry), (text) => answered(entry, text)),
        {
          numRuns: cases,
          examples: corpus.map((text) => [text]),
          plugins: [fc.interruptAfterTimeLimit(timeLimitMs, { failOnInterrupt: true })],
          ...(seed === undefined ? {} : { seed: Number(seed) }),
        },
      );
    },
    timeLimitMs + 60_000,
  );
}

const taking: { take?: () => unknown } = {};
const context = createContext(taking);
const call = new Script("take()");

/** A script is ended after its time even where a loop has no end, unlike a test. */
async function answered({ take }: Entry, text: string): Promise<void> {
  taking.take = () => take(text, evaluator);
  await call.runInContext(context, { timeout: longestMs });
}
