import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openKeptValues } from "./kept-values.ts";
import { type KnownConfigs, knownConfigs } from "./known-configs.ts";
import { openStamps } from "./stamps.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "esteira-known-")));
  for (const name of ["a", "b"]) {
    mkdirSync(at(`projects/${name}`), { recursive: true });
    writeFileSync(at(`projects/${name}/config.yaml`), `project_name: ${name}\n`);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (path: string): string => join(root, path);
const later = (): number => Date.now() + 60_000;
const folders = ["projects/a", "projects/b"];

function open(now = later): KnownConfigs {
  const values = openKeptValues(at("cache/known.tsv"), 1, "stamp");
  return knownConfigs(values, root, "config.yaml", openStamps(now));
}

function keepBoth(now = later): void {
  const known = open(now);
  for (const folder of folders) known.look(folder)(`hash of ${folder}`);
  known.save(folders);
}

const found = (): readonly (string | undefined)[] => {
  const known = open();
  return folders.map((folder) => known.hashOf(folder));
};

test("a config that is as it was needn't be read", () => {
  expect(found()).toEqual([undefined, undefined]);
  keepBoth();
  expect(found()).toEqual(folders.map((folder) => `hash of ${folder}`));
});

test.each<[string, () => void]>([
  ["its text", () => writeFileSync(at("projects/a/config.yaml"), "project_name: other\n")],
  ["a name beside it", () => writeFileSync(at("projects/a/config.yml"), "")],
  ["that it is there", () => rmSync(at("projects/a/config.yaml"))],
  [
    "the folder, for a link to where it is now",
    () => {
      renameSync(at("projects/a"), at("elsewhere"));
      symlinkSync(at("elsewhere"), at("projects/a"));
    },
  ],
  [
    "the file, for a link to where it is now",
    () => {
      renameSync(at("projects/a/config.yaml"), at("elsewhere.yaml"));
      symlinkSync(at("elsewhere.yaml"), at("projects/a/config.yaml"));
    },
  ],
])("what changes is looked at again: %s", (_, change) => {
  keepBoth();
  change();
  expect(found()).toEqual([undefined, "hash of projects/b"]);
});

test("behind a link nothing is known: it may lead anywhere", () => {
  keepBoth();
  renameSync(at("projects"), at("elsewhere"));
  symlinkSync("elsewhere", at("projects"));
  expect(found()).toEqual([undefined, undefined]);
  keepBoth();
  expect(found()).toEqual([undefined, undefined]);
});

test("what changed just now, or after it was looked at, isn't known", () => {
  keepBoth(Date.now);
  expect(found()).toEqual([undefined, undefined]);
  const known = open();
  const keep = known.look("projects/a");
  writeFileSync(at("projects/a/config.yaml"), "project_name: changed-meanwhile\n");
  keep("of the text before");
  known.save(folders);
  expect(found()[0]).toBe(undefined);
});

test("of folders that are no projects any more nothing is kept", () => {
  keepBoth();
  const known = open();
  known.look("projects/b")("new");
  known.save(["projects/b"]);
  expect(found()).toEqual([undefined, "new"]);
});
