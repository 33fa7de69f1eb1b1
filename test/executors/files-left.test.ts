import { lstat, mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { attemptFiles } from "../../src/local/executors/attempt-files.ts";
import { filesLeft } from "../../src/local/executors/files-left.ts";
import { temporaryFolder } from "../cli/cli.ts";

/** The time at which the system last changed a file, in steps of its clock. */
const changedAt = async (path: string): Promise<number> => (await lstat(path)).ctimeMs;

test("a file of the copy isn't left by the step, though it has the time of the attempt's record", async () => {
  await using folder = await temporaryFolder();
  const [snapshot, directory] = [join(folder.path, "snapshot"), join(folder.path, "attempt")];
  const work = join(directory, attemptFiles.work);
  for (const path of [snapshot, work]) await mkdir(path, { recursive: true });
  const record = join(directory, attemptFiles.identity);
  const copied = join(work, "score.py");
  const made = join(work, "result.csv");
  for (const path of [join(snapshot, "score.py"), copied]) await writeFile(path, "text");
  await writeFile(made, "a,b\n");
  await writeFile(record, "{}");
  // All three at one tick of the clock, as when a copy is made and its step begins at once.
  await expect
    .poll(async () => {
      const now = new Date();
      await Promise.all([copied, made, record].map((path) => utimes(path, now, now)));
      return new Set(await Promise.all([copied, made, record].map(changedAt))).size;
    })
    .toBe(1);
  const left = await filesLeft(directory, snapshot);
  expect(left?.paths.map(({ path }) => path)).toEqual(["result.csv"]);
  // After a crash nobody knows what it is a copy of: nothing is named that may be one.
  expect(await filesLeft(directory)).toBeUndefined();
  // What the step has written over is no copy.
  await writeFile(copied, "other text");
  expect((await filesLeft(directory, snapshot))?.files).toBe(2);
});
