import { afterAll, beforeAll, expect, test } from "vitest";

import type { Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { logOf, processExecutor, sandbox } from "./fixtures.ts";

const box = sandbox();
let executor: Executor;
let runtime: PreparedRuntime;

beforeAll(async () => {
  ({ executor, runtime } = await processExecutor(box));
});
afterAll(() => box.remove());

/** The log of a step that is a Python program which writes bytes with `out(…)` and `err(…)`. */
async function logged(program: string): Promise<string[]> {
  box.write({
    "step.py": `
import os, time
def out(data, file=1):
    while data: data = data[os.write(file, data):]
def err(data): out(data, 2)
${program}
`,
  });
  const spec = box.attempt("python step.py");
  await (
    await executor.start(spec, runtime)
  ).finished;
  return logOf(spec.directory);
}

test("each line of each stream is one line of the log", async () => {
  expect(
    await logged(`out(b"one\\n\\n  two\\ttabs \\n"); time.sleep(0.1); err(b"three\\n")`),
  ).toEqual(["o one", "o ", "o   two\ttabs ", "e three"]);
});

test("text without a line break at the end is a line too", async () => {
  expect(await logged(`out(b"a\\nno end")`)).toEqual(["o a", "o no end"]);
});

test("a line that comes in parts is one line", async () => {
  expect(
    await logged(
      `out(b"first "); time.sleep(0.1); err(b"between\\n"); time.sleep(0.1); out(b"second\\n")`,
    ),
  ).toEqual(["e between", "o first second"]);
});

test("carriage returns do what they do on a terminal", async () => {
  expect(
    await logged(`out(b"dos\\r\\n10%\\r50%\\r100%\\n\\r1/2\\r2/2"); err(b"gone\\rkept\\r\\n")`),
  ).toSatisfy(
    (lines: string[]) =>
      JSON.stringify(lines.toSorted()) === JSON.stringify(["e kept", "o 100%", "o 2/2", "o dos"]),
  );
});

test("a progress bar shows itself now and then while it runs", async () => {
  const lines = await logged(`
for step in range(57):
    err(b"\\r%d of 56" % step)
    time.sleep(0.1)
err(b"\\n")`);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^e \d\d of 56$/);
  expect(lines[1]).toBe("e 56 of 56");
});

test("bytes that are not UTF-8 become replacement characters, and characters cut by a read stay whole", async () => {
  expect(
    await logged(
      `out(b"caf\\xe9 \\xff\\n"); out("ação ".encode()[:3]); time.sleep(0.1); out("ação ".encode()[3:] + b"\\n")`,
    ),
  ).toEqual(["o caf\uFFFD \uFFFD", "o ação "]);
});

test("a very long line is cut at 256 KiB, never inside a character, and nothing of it is lost", async () => {
  const lines = await logged(`out("xé".encode() * 200_000 + b"\\nafter\\n")`);
  expect(lines.at(-1)).toBe("o after");
  const parts = lines.slice(0, -1).map((line) => line.slice(2));
  expect(parts.join("")).toBe("xé".repeat(200_000));
  expect(parts).toHaveLength(3);
  for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(256 * 1024);
});

test("a flood arrives complete and in order", async () => {
  const lines = await logged(`out(b"".join(b"line %d\\n" % number for number in range(200_000)))`);
  expect(lines).toHaveLength(200_000);
  expect(lines.every((line, index) => line === `o line ${index}`)).toBe(true);
});

test("output shows up while the step runs", async () => {
  const spec = box.attempt("echo early; read -r _ < ../fifo");
  const { execFileSync } = await import("node:child_process");
  execFileSync("mkfifo", [`${spec.directory}/fifo`]);
  const running = await executor.start(spec, runtime);
  await expect.poll(() => logOf(spec.directory)).toEqual(["o early"]);
  execFileSync("sh", ["-c", `echo go > ${spec.directory}/fifo`]);
  expect(await running.finished).toMatchObject({ kind: "exited", exitCode: 0 });
});
