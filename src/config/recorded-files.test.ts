import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { filesOnDisk } from "./disk.ts";
import { openStamps } from "./stamps.ts";
import type { ProjectFiles } from "./project-files.ts";
import {
  areSame,
  askedAgain,
  type FileAnswer,
  recordedFiles,
  stamped,
  stampsOf,
} from "./recorded-files.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "esteira-recorded-"));
  mkdirSync(join(root, "project/steps"), { recursive: true });
  writeFileSync(join(root, "project/Dockerfile"), "FROM python:3.11\n");
  writeFileSync(join(root, "project/steps/train.py"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

/** The folder an hour from now: all of it has been as it is for long. */
function files(asked: string[] = []): ProjectFiles {
  const found = filesOnDisk(
    root,
    "project",
    openStamps(() => Date.now() + 3_600_000),
  );
  return {
    ...found,
    kind: (path) => (asked.push(path), found.kind(path)),
    names: (path) => (asked.push(path), found.names(path)),
    read: (path) => (asked.push(path), found.read(path)),
  };
}

function kept(): readonly FileAnswer[] {
  const recorded = recordedFiles(files());
  recorded.files.kind("steps/train.py");
  recorded.files.kind("steps/absent.py");
  recorded.files.names("steps");
  recorded.files.read("Dockerfile");
  return stamped(files(), recorded.answers());
}

test("nothing is asked again as long as the times of what was asked about are the same", () => {
  const answers = kept();
  const asked: string[] = [];
  expect(askedAgain(files(asked), answers)).toBe(answers);
  expect(asked).toEqual([]);
});

test("what was touched is asked again, and has a new stamp where the answer is the same", () => {
  const answers = kept();
  utimesSync(join(root, "project/Dockerfile"), 1, 1);
  const asked: string[] = [];
  const now = askedAgain(files(asked), answers) ?? [];
  expect(asked).toEqual(["Dockerfile"]);
  expect(now).toEqual(
    answers.map((one) => (one.path === "Dockerfile" ? { ...one, stamp: anotherThan(one) } : one)),
  );
  const again: string[] = [];
  expect(askedAgain(files(again), now)).toBe(now);
  expect(again).toEqual([]);
});

test.each<[string, () => void]>([
  ["a text", () => writeFileSync(join(root, "project/Dockerfile"), "FROM python:3.12\n")],
  ["a file that comes", () => writeFileSync(join(root, "project/steps/absent.py"), "")],
  ["a file that goes", () => rmSync(join(root, "project/steps/train.py"))],
])("%s: another answer is noticed", (_, change) => {
  const answers = kept();
  const stamps = stampsOf(answers) ?? "";
  expect(areSame(files(), stamps)).toBe(true);
  change();
  expect(askedAgain(files(), answers)).toBe(undefined);
  expect(areSame(files(), stamps)).toBe(false);
});

test("what is asked of a folder's files hangs on one stamp; none is enough to have no text", () => {
  const answers = kept();
  expect(answers.map(({ path }) => path)).toEqual([
    "steps/train.py",
    "steps/absent.py",
    "steps",
    "Dockerfile",
  ]);
  expect(
    stampsOf(answers)
      ?.split("\0")
      .filter((_, index) => index % 3 === 1),
  ).toEqual(["steps/absent.py", "steps", "Dockerfile"]);
  expect(stampsOf([...answers, { asked: "kind", path: "x", answer: undefined }])).toBe(undefined);
});

test("a file whose name looks like what is kept of a folder hides nothing", () => {
  writeFileSync(join(root, "project/in steps"), "FROM python:3.11\n");
  const recorded = recordedFiles(files());
  recorded.files.read("in steps");
  recorded.files.kind("steps/train.py");
  const stamps = stampsOf(stamped(files(), recorded.answers())) ?? "";
  expect(areSame(files(), stamps)).toBe(true);
  writeFileSync(join(root, "project/in steps"), "FROM python:3.12\n");
  expect(areSame(files(), stamps)).toBe(false);
});

test("answers without stamps are asked each time", () => {
  const recorded = recordedFiles(files());
  recorded.files.read("Dockerfile");
  const asked: string[] = [];
  const unstamped = { ...files(asked), stamps: undefined };
  expect(askedAgain(unstamped, recorded.answers())).toEqual(recorded.answers());
  expect(asked).toEqual(["Dockerfile"]);
});

const anotherThan = ({ stamp }: FileAnswer): unknown =>
  expect.toSatisfy((now: unknown) => typeof now === "string" && now !== stamp);
