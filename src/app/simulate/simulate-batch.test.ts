import { expect, test } from "vitest";
import { answerLines } from "./simulate-batch.ts";

const line = (id: number) =>
  `${JSON.stringify({ id, definition: { StartAt: "P", States: { P: { Type: "Pass", End: true } } } })}\n`;

async function answersTo(chunks: readonly string[], limit?: number): Promise<unknown[]> {
  const written: string[] = [];
  await answerLines(
    streamOf(chunks),
    (answer) => {
      written.push(answer);
      return Promise.resolve();
    },
    limit,
  );
  return written.map((answer) => JSON.parse(answer) as unknown);
}

async function* streamOf(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

test("lines are found wherever the stream is cut", async () => {
  const text = line(1) + line(2) + line(3).trimEnd();
  for (const size of [1, 7, 100, 1000]) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(await answersTo(chunks)).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }]);
  }
  expect(await answersTo([])).toEqual([]);
});

test("a line that is too long is passed over, and not kept", async () => {
  const long = `{"id": 2, "definition": "${"x".repeat(2000)}"}\n`;
  const given = await answersTo([line(1), long.slice(0, 900), long.slice(900), line(3)], 500);
  expect(given).toMatchObject([
    { id: 1 },
    { id: null, status: "INVALID", cause: "The line is longer than 500 bytes." },
    { id: 3 },
  ]);
});

test("nothing is read while an answer hasn't been taken", async () => {
  const taken: (() => void)[] = [];
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; read < 5;) {
      read += 1;
      yield await Promise.resolve(Buffer.from(line(read)));
    }
  }
  let awaken: () => void = () => undefined;
  const done = answerLines(endless(), () => {
    const result = new Promise<void>((resolve) => taken.push(resolve));
    awaken();
    return result;
  });
  for (let answer = 1; answer <= 5; answer += 1) {
    if (taken.length < answer) await new Promise<void>((resolve) => (awaken = resolve));
    expect(read).toBe(answer);
    taken[answer - 1]?.();
  }
  await done;
});
