import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSources, readSourceTree, type SourceTreeOptions } from "./source.ts";
import { sourceHash, type SourceTree } from "./source-tree.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "esteira-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function read(options: SourceTreeOptions = {}): Promise<SourceTree> {
  const tree = await readSourceTree(folder, { shownAs: "src/projects/recsys", ...options });
  if (!tree.ok) throw new Error(tree.error.message);
  return tree.value;
}

async function problem(options: SourceTreeOptions = {}) {
  const tree = await readSourceTree(folder, { shownAs: "src/projects/recsys", ...options });
  if (tree.ok) throw new Error("the tree was read");
  return tree.error;
}

describe("what counts", () => {
  test("files and links, sorted by code unit, with sizes, modes and hashes", async () => {
    await write({ "b.py": "b", "a/z.py": "", Dockerfile: "FROM x\n", "a.py": "é" });
    await chmod(join(folder, "b.py"), 0o755);
    await symlink("../b.py", join(folder, "a", "link"));
    const tree = await read();
    expect(tree.entries).toEqual([
      {
        kind: "file",
        path: "Dockerfile",
        size: 7,
        executable: false,
        sha256: "5e50475e952eb91b6fba4296a115731d832b3e0e4e13360c83ab165751303f3a",
      },
      {
        kind: "file",
        path: "a.py",
        size: 2,
        executable: false,
        sha256: "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
      },
      { kind: "link", path: "a/link", target: "../b.py" },
      {
        kind: "file",
        path: "a/z.py",
        size: 0,
        executable: false,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
      {
        kind: "file",
        path: "b.py",
        size: 1,
        executable: true,
        sha256: "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
      },
    ]);
    expect(tree.totalBytes).toBe(10);
    expect(tree.warnings).toEqual([]);
  });

  test("not what .dockerignore leaves out, nor caches and environments, but Dockerfile and .dockerignore always", async () => {
    await write({
      ".dockerignore": "*\n!steps\n**/*.log\n!.venv",
      Dockerfile: "FROM x",
      "steps/a.py": "",
      "steps/a.log": "",
      "steps/__pycache__/a.pyc": "",
      "data/big.csv": "",
      ".git/HEAD": "",
      ".venv/bin/python": "",
      ".esteira/esteira.db": "",
      "steps/.git": "gitdir: elsewhere",
    });
    const paths = (await read()).entries.map((entry) => entry.path);
    expect(paths).toEqual([".dockerignore", "Dockerfile", "steps/a.py"]);
  });

  test("the Dockerfile's own ignore file goes before .dockerignore", async () => {
    await write({
      ".dockerignore": "*",
      "docker/Batch": "FROM x",
      "docker/Batch.dockerignore": "docker\nnotes.md",
      "main.py": "",
      "notes.md": "",
    });
    const paths = (await read({ dockerfile: "docker/Batch" })).entries.map((entry) => entry.path);
    expect(paths).toEqual([".dockerignore", "docker/Batch", "main.py"]);
  });

  test("files named like an object's own properties", async () => {
    await write({ constructor: "", __proto__x: "", toString: "" });
    expect((await read()).entries).toHaveLength(3);
  });
});

describe("the hash", () => {
  test("is of paths, contents and modes; not of times", async () => {
    await write({ "a.py": "1", "b.py": "2" });
    const before = (await read()).hash;
    await utimes(join(folder, "a.py"), 1, 1);
    await mkdir(join(folder, "empty"));
    expect((await read()).hash).toBe(before);

    await write({ "a.py": "2", "b.py": "1" });
    const swapped = (await read()).hash;
    expect(swapped).not.toBe(before);
    await write({ "a.py": "1", "b.py": "2" });
    await chmod(join(folder, "a.py"), 0o755);
    expect((await read()).hash).not.toBe(before);
    await chmod(join(folder, "a.py"), 0o644);
    expect((await read()).hash).toBe(before);
  });

  test("doesn't change with the folder's place", async () => {
    await write({ "one/a.py": "1", "two/a.py": "1" });
    const hashes = await Promise.all(
      ["one", "two"].map(async (name) => {
        const tree = await readSourceTree(join(folder, name));
        return tree.ok ? tree.value.hash : tree.error.message;
      }),
    );
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(hashes[1]).toBe(hashes[0]);
  });

  test("of the image also depends on the Dockerfile's name and the build arguments, not on their order", () => {
    const tree = { hash: "t" };
    const hash = sourceHash(tree, "Dockerfile", { A: "1", B: "2" });
    expect(sourceHash(tree, "Dockerfile", { B: "2", A: "1" })).toBe(hash);
    expect(sourceHash(tree, "Dockerfile", { A: "1", B: "3" })).not.toBe(hash);
    expect(sourceHash(tree, "Other", { A: "1", B: "2" })).not.toBe(hash);
    expect(sourceHash({ hash: "u" }, "Dockerfile", { A: "1", B: "2" })).not.toBe(hash);
  });
});

describe("what is refused", () => {
  test("a link that leads out, each way of writing it", async () => {
    await mkdir(join(folder, "steps"));
    await symlink("/etc/passwd", join(folder, "absolute"));
    const first = await problem();
    expect(first).toMatchObject({
      code: "source/link-outside",
      message: "the symbolic link leads out of the project, to /etc/passwd",
      help: "copy what it points to into the project, or leave the link out in .dockerignore",
      location: { file: "src/projects/recsys/absolute" },
    });
    await rm(join(folder, "absolute"));
    await symlink("../../elsewhere", join(folder, "steps", "dangling"));
    expect((await problem()).message).toBe(
      "the symbolic link leads out of the project, to ../../elsewhere",
    );
    await write({ ".dockerignore": "steps/dangling" });
    expect((await read()).entries).toHaveLength(1);
  });

  test("a link that leads out by way of another one", async () => {
    await mkdir(join(folder, "project", "deep", "er"), { recursive: true });
    await write({ "secret.txt": "x" });
    await symlink("deep/er", join(folder, "project", "near"));
    await symlink("near/../../../secret.txt", join(folder, "project", "out"));
    const tree = await readSourceTree(join(folder, "project"));
    expect(tree).toMatchObject({
      error: { code: "source/link-outside", location: { file: "project/out" } },
    });
  });

  test("more than the limit, naming the largest files before anything is read", async () => {
    await write({ "small.py": "x", "data/big.bin": "", "data/bigger.bin": "" });
    await truncate(join(folder, "data/big.bin"), 600 * 1024 * 1024);
    await truncate(join(folder, "data/bigger.bin"), 700 * 1024 * 1024);
    expect(await problem()).toEqual({
      code: "source/size",
      severity: "error",
      message: "the project's sources have 1300.0 MiB, more than 1024.0 MiB",
      help: "every file goes into the image and into each attempt's folder; leave data, models and environments out in .dockerignore",
      location: { file: "src/projects/recsys" },
      related: [
        { message: "700.0 MiB", location: { file: "src/projects/recsys/data/bigger.bin" } },
        { message: "600.0 MiB", location: { file: "src/projects/recsys/data/big.bin" } },
        { message: "1 byte", location: { file: "src/projects/recsys/small.py" } },
      ],
    });
  });

  test("a pattern that Docker can't read, with its line", async () => {
    await write({ ".dockerignore": "data\n  [x\n" });
    expect(await problem()).toMatchObject({
      code: "source/ignore-pattern",
      message: 'the pattern "[x" can\'t be read',
      location: {
        file: "src/projects/recsys/.dockerignore",
        range: { line: 2, column: 3, length: 2, text: "  [x" },
      },
    });
  });

  test("a folder that isn't there", async () => {
    await rm(folder, { recursive: true });
    const { code, message, location } = await problem();
    await mkdir(folder);
    expect({ code, message, location }).toEqual({
      code: "source/unreadable",
      message: "this can't be read (ENOENT)",
      location: { file: "src/projects/recsys" },
    });
  });
});

test("what editors leave while a file is open makes no other sources", async () => {
  await write({ "a.py": "a", "steps/b.py": "b" });
  const { hash } = await read();
  await write({
    ".a.py.swp": "1",
    "steps/.b.py.swo": "2",
    "a.py~": "3",
    "steps/#b.py#": "4",
    ".DS_Store": "5",
  });
  await symlink("ana@ml-box.4711:1795600000", join(folder, ".#a.py"));
  expect((await read()).hash).toBe(hash);
  await write({ "a.swp": "6" });
  expect((await read()).hash).not.toBe(hash);
});

test("a size worth a word is a warning", async () => {
  await write({ "a.py": "12345" });
  expect((await read({ limits: { warn: 4, refuse: 10 } })).warnings).toMatchObject([
    {
      severity: "warning",
      message: "the project's sources have 5 bytes, more than 4 bytes",
      related: [{ message: "5 bytes", location: { file: "src/projects/recsys/a.py" } }],
    },
  ]);
});

test("all that is wrong with a project's files is found at once, without hashing them", async () => {
  await write({ "a.py": "a", "big.bin": "0123456789" });
  await symlink("/etc/passwd", join(folder, "one"));
  await symlink("../../other", join(folder, "two"));
  const options = { shownAs: "src/projects/recsys", limits: { warn: 5, refuse: 100 } };
  const { diagnostics: found } = await checkSources(folder, options);
  expect(found.map(({ code, severity, location }) => [code, severity, location?.file])).toEqual([
    ["source/link-outside", "error", "src/projects/recsys/one"],
    ["source/link-outside", "error", "src/projects/recsys/two"],
    ["source/size", "warning", "src/projects/recsys"],
  ]);
  await rm(join(folder, "one"));
  await rm(join(folder, "two"));
  await write({ ".dockerignore": "[a\n" });
  expect((await checkSources(folder, options)).diagnostics).toMatchObject([
    { code: "source/ignore-pattern" },
  ]);
});
