import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { localPath, readRequirements } from "./requirements.ts";

const root = mkdtempSync(join(tmpdir(), "esteira-requirements-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, "lib"));
mkdirSync(join(root, "wheels"));
writeFileSync(join(root, "wheels", "a-1-py3-none-any.whl"), "wheel");

function read(text: string) {
  writeFileSync(join(root, "requirements.txt"), text);
  const requirements = readRequirements(root, "requirements.txt");
  if (requirements === undefined) throw new Error("it is there");
  return requirements;
}

test.each([
  ".",
  "./lib",
  "lib/",
  "-e .",
  "--editable=./lib",
  ".[dev]",
  "mine @ file:./lib",
  "./lib ; python_version > '3'",
])("%s is a folder of the project", (line) => {
  const { local, folders, packages } = read(`numpy\n${line}\n`);
  expect({ local, folders, packages }).toEqual({
    local: true,
    folders: [line],
    packages: ["numpy"],
  });
});

test.each([
  "numpy",
  "./wheels/a-1-py3-none-any.whl",
  "wheels/a-1-py3-none-any.whl",
  "git+https://example.com/a/b",
  "a @ https://example.com/a-1.whl",
  "a[b]>=1,!=2 ; python_version < '4'",
])("%s isn't", (line) => {
  expect(read(`${line}\n`)).toMatchObject({ local: false, packages: [line] });
});

test("an archive counts by its content", () => {
  const before = read("./wheels/a-1-py3-none-any.whl\n").hash;
  writeFileSync(join(root, "wheels", "a-1-py3-none-any.whl"), "another");
  expect(read("./wheels/a-1-py3-none-any.whl\n").hash).not.toBe(before);
});

test("files that are included count, and options stand for themselves", () => {
  writeFileSync(join(root, "more.txt"), "scipy\n--pre\n");
  writeFileSync(join(root, "limits.txt"), "numpy<3\n");
  const requirements = read(
    "-r more.txt\n-c limits.txt\n--find-links wheels\n-i https://index/simple\n--trusted-host=there\nnumpy==2 \\\n  --hash=sha256:0\n",
  );
  expect(requirements).toMatchObject({
    packages: ["scipy", "numpy==2   --hash=sha256:0"],
    optionLines: [
      "--pre",
      `--constraint ${join(root, "limits.txt")}`,
      `--find-links ${join(root, "wheels")}`,
      "-i https://index/simple",
      "--trusted-host=there",
    ],
    options: { ownIndex: true, pre: true, trustedHosts: ["there"], hashes: true },
    refusedByUv: undefined,
  });
});

test.each([
  ["--use-pep517", "--use-pep517"],
  ["numpy --global-option=x", "--global-option"],
  ["-e git+https://example.com/a#egg=a", "an editable package from a repository"],
  ["a @ hg+https://example.com/a", "hg+…"],
  ["-rmore.txt", undefined],
  ["--prefer-binary", undefined],
  ["scikit-learn==1 --hash=sha256:0", undefined],
])("%s: uv doesn't know %s", (line, expected) => {
  expect(read(`${line}\n`).refusedByUv).toBe(expected);
});

test.each<[string, (path: string) => void, string]>([
  ["pipe", (path) => execFileSync("mkfifo", [path]), "refused.txt is neither a file nor a folder"],
  [
    "link out of the project",
    (path) => symlinkSync("/etc/passwd", path),
    "refused.txt is a symbolic link that leads out of the project",
  ],
  [
    "large file",
    (path) => writeFileSync(path, "x".repeat(1024 * 1024 + 1)),
    "refused.txt has more than 1 MB",
  ],
])("a %s that is included is given to no installer", (_what, make, refused) => {
  make(join(root, "refused.txt"));
  expect(read("numpy\n-r refused.txt\n").refused).toBe(refused);
  rmSync(join(root, "refused.txt"));
});

test("files that include one another without end are refused", () => {
  const folder = mkdtempSync(join(root, "endless-"));
  for (let at = 0; at < 200; at += 1) {
    writeFileSync(join(folder, `${at}.txt`), `-r ${at + 1}.txt\n`);
  }
  expect(readRequirements(folder, "0.txt")?.refused).toBe(
    "51.txt is included by more than 50 files, one by the other",
  );
});

test("a file with a null character is given to no installer", () => {
  expect(read("\0file:./a.whl\n").refused).toBe(
    "requirements.txt has a null character, so it is no text",
  );
});

test("a path that is too long for the system is one that isn't there", () => {
  expect(localPath(`./${"a".repeat(5000)}`, root)?.kind).toBe("folder");
});
