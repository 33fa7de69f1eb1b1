import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { AttemptSpec, Executor, PreparedRuntime } from "../../src/local/executors/port.ts";
import { assertNoneLeft, logOf, processExecutor, sandbox } from "./fixtures.ts";

const box = sandbox();
let executor: Executor;
let runtime: PreparedRuntime;

beforeAll(async () => {
  ({ executor, runtime } = await processExecutor(box));
  box.write({ "data/in.csv": "1\n" });
});
afterEach(() => assertNoneLeft(box));
afterAll(() => box.remove());

const steps = {
  extract: { outputs: ["out/", "*.pkl"] },
  train: { after: ["extract"], outputs: ["model.bin"] },
  each: { after: ["extract"], outputs: ["parts/"], items: true },
  left: { outputs: ["same.txt"] },
  right: { outputs: ["same.txt"] },
  last: { after: ["train", "each", "left", "right"] },
  narrow: { after: ["train"], inputs: ["out/a.txt"], outputs: [] },
};

/**
 * Runs a command as a step of a run with those steps, in the helper. What is on the error output
 * (the helper's own lines are) comes last: two outputs are two pipes, which are read as they come.
 */
async function step(
  run: string,
  id: string,
  command: string,
  changes: Partial<AttemptSpec> = {},
  environment: Readonly<Record<string, string>> = {},
) {
  const spec = box.attempt(command);
  const given: AttemptSpec = {
    ...spec,
    step: id,
    reportAs: `${run}.${spec.task}`,
    ...changes,
    environment: {
      ESTEIRA_OUTPUTS: JSON.stringify({ steps }),
      ESTEIRA_STEP: id,
      ESTEIRA_RUN_ID: run,
      ESTEIRA_ARTIFACTS_URI: `${pathToFileURL(join(box.shared, run)).href}/`,
      ...environment,
    },
  };
  const running = await executor.start(given, runtime);
  const result = await running.finished;
  if (result.kind !== "exited") throw new Error(result.message);
  const log = logOf(spec.directory).map((line) =>
    line.replaceAll(/ in \d+\.\d s$/g, " in 0.0 s").replaceAll(box.root, "BOX"),
  );
  const isError = (line: string): boolean => line.startsWith("e ");
  const inOrder = [...log.filter((line) => !isError(line)), ...log.filter(isError)];
  return { code: result.exitCode, log: inOrder, directory: spec.directory };
}

const kept = (run: string, place: string) =>
  readFileSync(join(box.shared, run, "_outputs", place), "utf8");

test("what a step declares is kept, and laid where it was for the steps after it", async () => {
  const first = await step(
    "r1",
    "extract",
    "mkdir -p out/deep; echo a > out/a.txt; echo b > out/deep/b.txt; ln -s a.txt out/latest; echo m > m.pkl; chmod 750 out/a.txt; mkdir out/empty; echo report > $ESTEIRA_ARTIFACTS_DIR/report.html; echo junk > junk.txt",
  );
  expect(first).toMatchObject({
    code: 0,
    log: [
      "e esteira: kept 4 files (13 bytes) in 0.0 s",
      `e esteira: not kept, because the step doesn't declare it: junk.txt (5 bytes); to keep it, add to the step in config.yaml: outputs: ["junk.txt"]`,
    ],
  });
  expect(readdirSync(first.directory)).not.toContain("work");
  expect(readdirSync(first.directory)).not.toContain("artifacts");
  const second = await step(
    "r1",
    "train",
    "find . $ESTEIRA_ARTIFACTS_DIR -type f -o -type l | sed s:$ESTEIRA_ARTIFACTS_DIR:ARTIFACTS: | sort; cat out/latest; stat -c %a out/a.txt; test -d out/empty; echo changed >> out/a.txt; cat data/in.csv > model.bin",
  );
  expect(second).toMatchObject({
    code: 0,
    log: [
      "o ./data/in.csv",
      "o ./m.pkl",
      "o ./out/a.txt",
      "o ./out/deep/b.txt",
      "o ./out/latest",
      "o ARTIFACTS/report.html",
      "o a",
      "o 750",
      "e esteira: laid 4 files (13 bytes) of earlier steps in 0.0 s",
      "e esteira: kept 1 file (2 bytes) in 0.0 s",
      `e esteira: not kept, because the step doesn't declare it: out/ (10 bytes); to keep it, add to the step in config.yaml: outputs: ["out/"]`,
    ],
  });
  const third = await step("r1", "narrow", "find . -type f | sort; cat out/a.txt");
  expect(third.log).toEqual([
    "o ./data/in.csv",
    "o ./out/a.txt",
    "o a",
    "e esteira: laid 1 file (2 bytes) of earlier steps in 0.0 s",
  ]);
});

test("a step that fails keeps nothing, and the next attempt starts clean", async () => {
  const failed = await step("r2", "extract", "mkdir out; echo half > out/half.txt; exit 3");
  expect(failed).toMatchObject({ code: 3, log: [] });
  expect(existsSync(join(box.shared, "r2/_outputs/extract/manifest.json"))).toBe(false);
  const again = await step("r2", "extract", "ls; mkdir out; echo x > out/x.txt");
  expect(again.log).toEqual(["o data", "e esteira: kept 1 file (2 bytes) in 0.0 s"]);
  expect(JSON.parse(kept("r2", "extract/manifest.json"))).toMatchObject({
    schema: 1,
    step: "extract",
    run: "r2",
    entries: [
      {
        in: "work",
        path: "out/x.txt",
        size: 2,
        sha256: "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac",
        mode: "644",
      },
    ],
  });
});

test("what was kept before is replaced when the step runs again, and nothing of it is left", async () => {
  await step("r3", "extract", "mkdir out; echo 1 > out/old.txt");
  await step("r3", "extract", "mkdir out; echo 2 > out/new.txt");
  const { log } = await step("r3", "train", "ls out; touch model.bin");
  expect(log[0]).toBe("o new.txt");
  const attempts = readdirSync(join(box.shared, "r3/_outputs/extract"));
  expect(attempts.filter((name) => /^[0-9a-f]{12}-/.test(name))).toHaveLength(1);
});

test.each([
  [
    "a file that is declared and missing",
    "train",
    "true",
    'the step declares the output "model.bin" and left none: write it, or take the line out of outputs',
  ],
  [
    "a file where a folder is declared",
    "extract",
    "touch out",
    'the step declares the output "out/", a folder, and left a file: take the slash away',
  ],
  [
    "a link out of the folder",
    "extract",
    "mkdir out; ln -s /etc/hostname out/x",
    "out/x is a link to /etc/hostname, outside the folder that the step runs in: write the file itself, or leave the link out",
  ],
  [
    "a link out of the folder by another link",
    "extract",
    "mkdir out; ln -s .. out/up; ln -s up/../../x out/x",
    "out/x is a link to up/../../x, outside the folder that the step runs in: write the file itself, or leave the link out",
  ],
  [
    "a pipe",
    "extract",
    "mkdir out; mkfifo out/pipe",
    "out/pipe is a named pipe, which can't be kept: remove it before the step ends",
  ],
  [
    "a socket",
    "extract",
    "mkdir out; python -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"out/s\")'",
    "out/s is a socket, which can't be kept: remove it before the step ends",
  ],
  [
    "a name that isn't UTF-8",
    "extract",
    'mkdir out; python -c \'open(b"out/\\xff", "w")\'',
    "'out/\\udcff' has a name that isn't UTF-8: rename it",
  ],
])("%s is refused, with words, and nothing is kept", async (_, id, command, words) => {
  const run = `refused-${words.length}`;
  const { code, log } = await step(run, id, command);
  expect({ code, last: log.at(-1) }).toEqual({ code: 74, last: `e esteira: ${words}` });
  expect(existsSync(join(box.shared, run, "_outputs", id, "manifest.json"))).toBe(false);
});

test("outputs of items are one after the other's side, by the newest run that has kept any", async () => {
  await step("r4", "extract", "mkdir out");
  const item = (text: string, command: string, run = "r4") =>
    step("r4", "each", command, {}, { ESTEIRA_ITEM: text, ESTEIRA_RUN_ID: run });
  await item("north", "mkdir parts; echo n > parts/north.csv");
  await item("south", "mkdir parts; echo s > parts/south.csv");
  const both = await step("r4", "last", "cat parts/*");
  expect(both.log.slice(0, 2)).toEqual(["o n", "o s"]);
  // The list was another one when the step ran again.
  await item("west", "mkdir parts; echo w > parts/west.csv", "r4-again");
  const one = await step("r4", "last", "ls parts");
  expect(one.log[0]).toBe("o west.csv");
  await item("east", "mkdir parts; echo e > parts/west.csv", "r4-again");
  const clash = await step("r4", "last", "ls parts");
  expect(clash.code).toBe(74);
  expect(clash.log.at(-1)).toMatch(
    /^e esteira: the items (west and east|east and west) of step each both left parts\/west\.csv, with different content: let each write a file with the item in its name$/,
  );
});

test("two steps side by side that left the same file with different content are named", async () => {
  await step("r5", "left", "echo l > same.txt");
  await step("r5", "right", "echo l > same.txt");
  expect((await step("r5", "last", "cat same.txt")).log[0]).toBe("o l");
  await step("r5", "right", "echo r > same.txt");
  expect((await step("r5", "last", "cat same.txt")).log.at(-1)).toBe(
    "e esteira: the steps left and right both left same.txt, with different content, and neither comes before the other: give the files different names, or narrow what this step is given with inputs",
  );
});

test("a step that was left out left nothing, which its log says", async () => {
  const { code, log } = await step("r6", "train", "touch model.bin");
  expect({ code, first: log[0] }).toEqual({
    code: 0,
    first:
      'e esteira: step "extract" left nothing in this run: it was skipped, or it ran before it had outputs',
  });
});

test("exit codes and signals are the command's own", async () => {
  expect((await step("r7", "narrow", "exit 41")).code).toBe(41);
  expect((await step("r7", "narrow", "kill -9 $$")).code).toBe(137);
  expect((await step("r7", "narrow", "exec /nonexistent/program")).code).toBe(127);
  const limited = await step("r7", "narrow", "trap 'echo bye; exit 0' TERM; sleep 30 & wait", {
    timeoutSeconds: 1,
  });
  expect(limited).toMatchObject({
    code: 124,
    log: ["s time limit of 1 s reached; the step was asked to end", "o bye"],
  });
});

test("a checkpoint is there for every attempt until the step succeeds", async () => {
  const write =
    'f=${ESTEIRA_CHECKPOINT_URI#file://}; cat "$f"state 2>/dev/null || echo none; echo 1 > "$f"state;';
  const first = await step("r8", "extract", `${write} exit 1`);
  const second = await step("r8", "extract", `${write} mkdir out`);
  const third = await step("r8", "extract", `${write} mkdir out`);
  expect([first, second, third].map(({ log }) => log[0])).toEqual(["o none", "o 1", "o none"]);
});

test("a list that a later step runs over is where the state machine reads it", async () => {
  const withLists = {
    ESTEIRA_OUTPUTS: JSON.stringify({
      steps: { extract: { outputs: ["l.json"], lists: ["l.json", "m.json"] } },
    }),
  };
  await step(
    "r9",
    "extract",
    "echo '[1]' > l.json; echo '[2]' > $ESTEIRA_ARTIFACTS_DIR/m.json",
    {},
    withLists,
  );
  expect(readFileSync(join(box.shared, "r9/extract/l.json"), "utf8")).toBe("[1]\n");
  expect(readFileSync(join(box.shared, "r9/extract/m.json"), "utf8")).toBe("[2]\n");
});
