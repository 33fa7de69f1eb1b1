import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { layoutOf } from "../layout.ts";
import { copyKept } from "./kept-copy.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "esteira-kept-copy-")));
  write("train/model.pkl", "the run's");
  mkdirSync(join(root, "copy"));
});
afterEach(() => rmSync(root, { recursive: true }));

const layout = (): ReturnType<typeof layoutOf> => layoutOf(root);
const inRun = (path: string): string => join(layout().artifacts, "demand", "run-1", path);
const inCopy = (path: string): string => join(root, "copy", path);
const copy = (): Promise<void> => copyKept(layout(), "demand", "run-1", join(root, "copy"));

function write(path: string, text: string): void {
  mkdirSync(dirname(inRun(path)), { recursive: true });
  writeFileSync(inRun(path), text);
}

test("of checkpoints nothing is copied, of what is only called like them all is", async () => {
  write("_checkpoints/train/1", "");
  write("_checkpoints_of_mine/1", "");
  write("_checkpoints.json", "{}");
  write("train/_checkpoints/1", "");
  await copy();
  expect(readdirSync(inCopy(".")).toSorted()).toEqual([
    "_checkpoints.json",
    "_checkpoints_of_mine",
    "train",
  ]);
  expect(existsSync(inCopy("train/_checkpoints/1"))).toBe(true);
});

test.each<[string, () => string, string]>([
  ["by its whole path", () => inRun("train/model.pkl"), "train/model.pkl"],
  ["by the run's folder", () => "../run-1/train/model.pkl", "train/model.pkl"],
  ["beside it", () => "train/model.pkl", "train/model.pkl"],
  ["that isn't there", () => inRun("train/absent.pkl"), "train/absent.pkl"],
])("what is written through a link in the copy stays in the copy: %s", async (_, to, led) => {
  symlinkSync(to(), inRun("latest"));
  await copy();
  expect(readlinkSync(inCopy("latest"))).toBe(led);
  writeFileSync(inCopy("latest"), "the copy's");
  expect(readFileSync(inRun("train/model.pkl"), "utf8")).toBe("the run's");
  expect(readFileSync(inCopy(led), "utf8")).toBe("the copy's");
});

test("a link in a folder leads from there, one to the run's folder to the copy", async () => {
  symlinkSync(inRun("train/model.pkl"), inRun("train/best"));
  symlinkSync(inRun("."), inRun("train/all"));
  symlinkSync(inRun("scores"), inRun("train/scores"));
  await copy();
  expect(["best", "all", "scores"].map((name) => readlinkSync(inCopy(`train/${name}`)))).toEqual([
    "model.pkl",
    "..",
    "../scores",
  ]);
});

test("a link is the copy's also where the workspace is reached through another one", async () => {
  symlinkSync(root, `${root}-by-link`);
  try {
    symlinkSync(inRun("train/model.pkl"), inRun("latest"));
    await copyKept(layoutOf(`${root}-by-link`), "demand", "run-1", join(root, "copy"));
    expect(readlinkSync(inCopy("latest"))).toBe("train/model.pkl");
  } finally {
    rmSync(`${root}-by-link`);
  }
});

test("a link elsewhere says what it says, and what can't be copied is left out", async () => {
  for (const [name, to] of [
    ["data", "/data/large"],
    ["other", "../run-2/x"],
    ["loop", "loop"],
  ] as const) {
    symlinkSync(to, inRun(name));
  }
  execFileSync("mkfifo", [inRun("pipe")]);
  await copy();
  expect(["data", "other", "loop"].map((name) => readlinkSync(inCopy(name)))).toEqual([
    "/data/large",
    "../run-2/x",
    "loop",
  ]);
  expect(lstatSync(inCopy("pipe"), { throwIfNoEntry: false })).toBe(undefined);
});

test("folders and files may as much in the copy as in the run, read-only ones too", async () => {
  write("train/tool.sh", "");
  chmodSync(inRun("train/tool.sh"), 0o750);
  chmodSync(inRun("train"), 0o555);
  await copy();
  const modeOf = (path: string): number => lstatSync(path).mode & 0o777;
  expect([modeOf(inCopy("train")), modeOf(inCopy("train/tool.sh"))]).toEqual([0o555, 0o750]);
  for (const place of [inRun("train"), inCopy("train")]) chmodSync(place, 0o755);
});

test("a run that is removed meanwhile is copied in part by nobody", async () => {
  for (let index = 0; index < 50; index += 1) write(`parts/${index}`, "");
  const copying = copy();
  rmSync(inRun("."), { recursive: true });
  await expect(copying).rejects.toMatchObject({ code: "ENOENT" });
});

test("files that go while the run is at work are left out", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `parts/${index}`);
  for (const name of names) write(name, "");
  const copying = copy();
  const remove = (name: string): Promise<void> =>
    new Promise((resolve) => {
      rmSync(inRun(name));
      setImmediate(resolve);
    });
  for (const name of names.toReversed()) await remove(name);
  await copying;
  expect(readFileSync(inCopy("train/model.pkl"), "utf8")).toBe("the run's");
});
