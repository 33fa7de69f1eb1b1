import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { NOTHING, openStamps } from "./stamps.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-stamps-"));
  mkdirSync(join(folder, "steps"));
  writeFileSync(join(folder, "steps/a.py"), "a");
  symlinkSync("steps/a.py", join(folder, "link"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const later = (): number => Date.now() + 60_000;
const at = (path: string): string => join(folder, path);

/** Whether both stamps of a path show what is done meanwhile. */
function shown(path: string, change: () => void): { of: boolean; ofKind: boolean } {
  const before = openStamps(later);
  const [of = "", ofKind = ""] = [before.of(at(path)), before.ofKind(at(path))];
  expect([of, ofKind]).not.toContain("");
  change();
  const now = openStamps(later);
  return { of: !now.isSame(at(path), of), ofKind: !now.isSame(at(path), ofKind) };
}

test("nothing has changed: each stamp is the same", () => {
  for (const path of ["steps/a.py", "steps", "link", "absent", "absent/below"]) {
    expect(shown(path, () => undefined)).toEqual({ of: false, ofKind: false });
  }
});

test.each<[string, string, () => void, { of: boolean; ofKind: boolean }]>([
  ["a file's text", "steps/a.py", () => writeFileSync(at("steps/a.py"), "b"), seen("of")],
  ["a file that comes", "absent", () => writeFileSync(at("absent"), ""), seen("of", "ofKind")],
  ["a folder that comes", "absent/below", () => mkdirSync(at("absent")), seen("ofKind")],
  ["a file that goes", "steps/a.py", () => rmSync(at("steps/a.py")), seen("of", "ofKind")],
  ["a name in a folder", "steps", () => writeFileSync(at("steps/b.py"), ""), seen("of")],
  [
    "what a link leads to",
    "link",
    () => writeFileSync(at("steps/a.py"), "b"),
    seen("of", "ofKind"),
  ],
  ["a link that leads nowhere", "link", () => rmSync(at("steps/a.py")), seen("of", "ofKind")],
  [
    "another file with the same size and times",
    "steps/a.py",
    () => {
      writeFileSync(at("steps/b.py"), "b");
      utimesSync(at("steps/b.py"), 1, 1);
      renameSync(at("steps/b.py"), at("steps/a.py"));
    },
    seen("of", "ofKind"),
  ],
  [
    "a folder that a link leads through, moved elsewhere with a link in its place",
    "link",
    () => {
      renameSync(at("steps"), at("elsewhere"));
      symlinkSync("elsewhere", at("steps"));
    },
    seen("of", "ofKind"),
  ],
])("%s is seen", (_, path, change, expected) => {
  expect(shown(path, change)).toEqual(expected);
});

function seen(...kinds: readonly ("of" | "ofKind")[]): { of: boolean; ofKind: boolean } {
  return { of: kinds.includes("of"), ofKind: kinds.includes("ofKind") };
}

test("what changed just now has no stamp, for it may change again unseen", () => {
  const stamps = openStamps();
  expect(stamps.of(at("steps/a.py"))).toBe(undefined);
  expect(stamps.ofKind(at("steps/a.py"))).toBe(undefined);
  expect(stamps.ofKind(at("absent"))).toBe(undefined);
  expect(stamps.of(at("absent"))).toBe(NOTHING);
});

test("a link has no stamp as long as what it leads to changed just now", () => {
  const before = openStamps(later);
  expect(before.ofKind(at("steps/b.py"))).toMatch(/^in /);
  writeFileSync(at("elsewhere.py"), "");
  symlinkSync("../elsewhere.py", at("steps/b.py"));
  // The folder is as it was for long; what the link leads to isn't.
  utimesSync(at("elsewhere.py"), new Date(), new Date(Date.now() + 120_000));
  const stamps = openStamps(later);
  expect(stamps.ofKind(at("steps/a.py"))).toMatch(/^in /);
  expect(stamps.ofKind(at("steps/b.py"))).toBe(undefined);
});

test("what changes after the stamps were opened has none, however much later they are asked", () => {
  let now = Date.now() + 60_000;
  const stamps = openStamps(() => now);
  utimesSync(at("steps/a.py"), new Date(), new Date(now + 1000));
  now += 3_600_000;
  expect(stamps.of(at("steps/a.py"))).toBe(undefined);
  expect(openStamps(() => now).of(at("steps/a.py"))).not.toBe(undefined);
});
