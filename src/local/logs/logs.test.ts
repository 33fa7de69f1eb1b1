import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { logMatcher } from "../../platform/log-matcher.ts";
import { openLineIndex } from "./line-index.ts";
import { linesFrom, numberAt, offsetOf, startOfLast, withLog } from "./log-file.ts";
import { searchLog } from "./log-search.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-logs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (text = ""): string => {
  files += 1;
  const path = join(folder, `${files}.log`);
  writeFileSync(path, text);
  return path;
};

const chunk = 4 * 1024 * 1024;
const plain = (text: string): string => text;

/** Lines of a log, of which many are short: a place is remembered every 1,024 of them. */
const content = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("", "a", "row 12", "ção", "Ação", "\r", "🙂") },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 1, max: 3000 }).map((length) => "x".repeat(length)),
      },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .chain((some) =>
    fc.record({
      lines: fc
        .integer({ min: 0, max: 2600 })
        .map((count) =>
          Array.from({ length: count }, (_, at) => some[(at * 7) % some.length] ?? ""),
        ),
      open: fc.constantFrom("", "not ended"),
    }),
  );

/** `1796000000000 o TEXT`, as supervisors write them. */
const logged = (lines: readonly string[], open: string): string =>
  [...lines.map((line, at) => `${1_796_000_000_000 + at} o ${line}\n`), open].join("");

/** The byte at which each line begins. */
function beginnings(text: string): number[] {
  const bytes = Buffer.from(text);
  const found = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) found.push(at + 1);
  if (found.at(-1) === bytes.length) found.pop();
  return found;
}

test("each line has its number and its place, also while the log grows", async () => {
  await fc.assert(
    fc.asyncProperty(content, fc.nat(100), fc.nat(3000), async ({ lines, open }, cut, wanted) => {
      const text = logged(lines, open);
      const path = newFile();
      const index = openLineIndex(path);
      const bytes = Buffer.from(text);
      const middle = Math.floor((bytes.length * cut) / 100);
      for (const part of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
        appendFileSync(path, part);
        await index.update();
      }
      expect(index).toMatchObject({ complete: true, lines: lines.length, scanned: bytes.length });
      const places = beginnings(text);
      const at = Math.min(wanted, places.length - 1);
      if (at < 0) return;
      await withLog(path, async (file, size) => {
        expect(await offsetOf(file, index, at + 1)).toBe(places[at]);
        expect(await numberAt(file, index, places[at] ?? 0)).toBe(at + 1);
        const some = await linesFrom(file, places[at] ?? 0, size, 40);
        expect(some.map(({ offset }) => offset)).toEqual(places.slice(at, at + 40));
        expect(await startOfLast(file, size, 40)).toBe(places.at(-40) ?? 0);
        // What isn't there yet is where the next line will begin, or its end.
        expect(await offsetOf(file, index, places.length + 5)).toBe(size);
        expect(await numberAt(file, index, size + 1)).toBe(undefined);
      });
    }),
    { numRuns: 60 },
  );
});

test("searching page by page finds each line that has the text, once, with its number", async () => {
  const text = fc.constantFrom("a", "ção", "AÇÃO", "Ação", "12", "🙂", "xx", ".", "1796");
  await fc.assert(
    fc.asyncProperty(content, text, fc.integer({ min: 1, max: 900 }), async (log, query, limit) => {
      const path = newFile(logged(log.lines, log.open));
      const index = openLineIndex(path);
      await index.update();
      const { marks } = logMatcher(query);
      const expected = [...log.lines, ...(log.open === "" ? [] : [log.open])].flatMap((line, at) =>
        marks(line).length > 0 ? [at + 1] : [],
      );
      const found: (number | undefined)[] = [];
      let counted = 0;
      let cursor: string | undefined;
      do {
        const page = await withLog(path, (file, size) =>
          searchLog(file, size, index, { text: query, limit, cursor }, plain),
        );
        expect(page?.hits.length).toBeLessThanOrEqual(limit);
        found.push(...(page?.hits.map(({ number }) => number) ?? []));
        counted += page?.lines ?? 0;
        cursor = page?.next;
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
      expect(counted).toBe(log.lines.length);
    }),
    { numRuns: 60 },
  );
});

test("what is hidden isn't found, by whatever part of it", async () => {
  const path = newFile(logged(["token is hunter2", "hunter is no secret"], ""));
  const index = openLineIndex(path);
  await index.update();
  const mask = (text: string): string => text.replaceAll("hunter2", "•••");
  const found = await withLog(path, (file, size) =>
    searchLog(file, size, index, { text: "hunter", limit: 9 }, mask),
  );
  expect(found?.hits.map(({ text }) => text)).toEqual(["hunter is no secret"]);
});

test("a text, an error and a line that lie across what is read at once are found", async () => {
  const filler = `${"x".repeat(1023)}\n`.repeat(chunk / 1024 - 1);
  const before = `${filler}${"y".repeat(1024 - 6)}`;
  const path = newFile(`${before}Traceback (most recent call last)\nERROR later\n`);
  const index = openLineIndex(path);
  await index.update();
  expect(index.firstError).toBe(chunk - 6);
  await withLog(path, async (file, size) => {
    expect(await numberAt(file, index, index.firstError ?? 0)).toBe(chunk / 1024);
    const { hits } = await searchLog(file, size, index, { text: "recent call", limit: 5 }, plain);
    expect(hits.map(({ number }) => number)).toEqual([chunk / 1024]);
  });
});

test("of long lines more places are remembered: little is read to count from one", async () => {
  const path = newFile(`${"z".repeat(300_000)}\n`.repeat(40));
  const index = openLineIndex(path);
  await index.update();
  for (let line = 1; line <= 40; line += 1) {
    const place = index.before(line);
    expect((line - 1) * 300_001 - place.offset).toBeLessThan(1_500_000);
    expect(place.offset).toBe((place.line - 1) * 300_001);
    expect(index.beforeByte((line - 1) * 300_001)).toEqual(place);
  }
});

test("a log that was emptied is counted anew", async () => {
  const path = newFile(logged(["Error: one", "b", "c"], ""));
  const index = openLineIndex(path);
  await index.update();
  expect(index).toMatchObject({ lines: 3, firstError: 16 });
  writeFileSync(path, logged(["d"], ""));
  await index.update();
  expect(index).toMatchObject({ lines: 1, firstError: undefined, complete: true });
});

test("a log that isn't there yet is empty", async () => {
  const index = openLineIndex(join(folder, "none.log"));
  await index.update();
  expect(index).toMatchObject({ lines: 0, complete: true, scanned: 0 });
  expect(await withLog(join(folder, "none.log"), () => Promise.resolve(1))).toBe(undefined);
});
