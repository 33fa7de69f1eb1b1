import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady } from "./workspace.ts";

const steps = `- { id: train, command: "mkdir out && printf abc > out/model.bin && chmod 700 out/model.bin && printf '{}' > $ESTEIRA_ARTIFACTS_DIR/metrics.json", outputs: ["out/"] }
- { id: score, command: "mkdir -p \${ESTEIRA_ARTIFACTS_URI#file://}score && printf 12345 > \${ESTEIRA_ARTIFACTS_URI#file://}score/list.csv" }
- { id: empty, command: "true" }`;

async function ran(): Promise<{ readonly path: string; readonly run: string } & AsyncDisposable> {
  const made = await shellWorkspace({ recsys: steps });
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const ended = await esteira(made.path, ["run", "recsys"]);
  expect(ended).toMatchObject({ code: 0 });
  const run = /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(ended.out)?.[0] ?? "";
  return { path: made.path, run, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() };
}

test("ls shows what steps kept and wrote, of all or of one; get fetches it as it was", async () => {
  await using made = await ran();
  const list = await esteira(made.path, ["artifacts", "ls", "recsys"]);
  expect({ ...list, out: steady(list.out) }).toEqual({
    code: 0,
    out: `file  size  kept as
score/list.csv  5 B
train/metrics.json  2 B  artifact
train/out/model.bin  3 B  output

  $ esteira artifacts get recsys-<id>`,
    err: "",
  });
  const one = await esteira(made.path, ["artifacts", "ls", "recsys", "train", "--json"]);
  const { files, artifacts, origin, more } = JSON.parse(one.out) as Record<string, unknown>;
  expect([artifacts, origin, more]).toEqual([
    `file://${made.path}/.esteira/artifacts/recsys/${made.run}/`,
    made.run,
    false,
  ]);
  expect(files).toMatchObject([
    { name: "train/metrics.json", step: "train", kind: "artifact", size: 2 },
    {
      name: "train/out/model.bin",
      step: "train",
      item: null,
      kind: "output",
      size: 3,
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    },
  ]);
  expect((await esteira(made.path, ["artifacts", "ls", "recsys", "empty"])).out).toBe(
    `The step empty of ${made.run} left no files.`,
  );
  expect((await esteira(made.path, ["artifacts", "get", "recsys", "empty"])).err).toBe(
    `error: the step empty of ${made.run} left no files\n       There is nothing to fetch.`,
  );
  expect(await esteira(made.path, ["artifacts", "ls", "recsys", "trian"])).toEqual({
    code: 4,
    out: "",
    err: `error: ${made.run} has no step trian\n       Did you mean train?`,
  });

  const got = await esteira(made.path, ["artifacts", "get", "recsys", "--to", "here"]);
  expect(got).toEqual({ code: 0, out: `✓ 3 files (10 B) of ${made.run} in here`, err: "" });
  expect(await readFile(join(made.path, "here/train/out/model.bin"), "utf8")).toBe("abc");
  expect((await stat(join(made.path, "here/train/out/model.bin"))).mode & 0o777).toBe(0o700);
  expect(await readFile(join(made.path, "here/score/list.csv"), "utf8")).toBe("12345");

  const again = await esteira(made.path, ["artifacts", "get", "recsys", "train", "--to", "here"]);
  expect(again).toEqual({
    code: 5,
    out: "",
    err: `error: ${made.path}/here/train/metrics.json is there already
       Choose another folder with --to, or replace what is there with --force.`,
  });
  await writeFile(join(made.path, "here/train/metrics.json"), "old");
  const glob = ["artifacts", "get", "recsys", "--path", "train/*.json", "--to", "here"];
  expect((await esteira(made.path, [...glob, "--force"])).out).toBe(
    `✓ 1 file (2 B) of ${made.run} in here`,
  );
  expect(await readFile(join(made.path, "here/train/metrics.json"), "utf8")).toBe("{}");
  expect(await esteira(made.path, ["artifacts", "get", "recsys", "--path", "*.pkl"])).toEqual({
    code: 4,
    out: "",
    err: `error: no file of ${made.run} matches *.pkl
       \`esteira artifacts ls ${made.run}\` names them.`,
  });
});

test("no name leads out of a folder, and no content is given that a step didn't leave", async () => {
  await using made = await ran();
  const artifacts = join(made.path, ".esteira/artifacts/recsys", made.run);
  const kept = join(artifacts, "_outputs/train");
  const manifest = await readFile(join(kept, "manifest.json"), "utf8");

  // A link in the place of a file, and one on the way to it.
  await rm(join(artifacts, "score"), { recursive: true });
  await symlink("/etc", join(artifacts, "score"));
  await mkdir(join(made.path, "to"));
  const elsewhere = join(made.path, "elsewhere");
  await mkdir(elsewhere);
  await symlink(elsewhere, join(made.path, "to/train"));
  const out = ["artifacts", "get", "recsys", "train", "--to", "to", "--force"];
  expect(await esteira(made.path, out)).toEqual({
    code: 5,
    out: "",
    err: expect.stringMatching(
      /^error: train\/\S+ would be written outside of \S+\/to: a link leads there\n {7}Choose an empty folder with --to\.$/,
    ) as string,
  });
  expect(await readdir(elsewhere)).toEqual([]);
  expect((await esteira(made.path, ["artifacts", "ls", "recsys"])).out).not.toContain("passwd");

  const model = /"attempt": "([^"]+)"/.exec(manifest)?.[1] ?? "";
  await writeFile(join(kept, model, "work/out/model.bin"), "changed");
  const wrong = await esteira(made.path, ["artifacts", "get", "recsys", "train", "--to", "new"]);
  expect(wrong.code).toBe(6);
  expect(wrong.err).toBe(
    `error: train/out/model.bin has another content than its step left
       _outputs/train/${model}/work/out/model.bin
       Run the step again, or look who changed it.`,
  );

  await writeFile(
    join(kept, "manifest.json"),
    manifest.replace('"out/model.bin"', '"../../../../../../etc/passwd"'),
  );
  expect((await esteira(made.path, ["artifacts", "ls", "recsys", "train"])).out).toBe(
    `The step train of ${made.run} left no files.`,
  );
});

test("open gives the folder where there is no desktop, and opens it where there is one", async () => {
  await using made = await ran();
  const place = `${made.path}/.esteira/artifacts/recsys/${made.run}`;
  expect(await esteira(made.path, ["artifacts", "open", "recsys"])).toEqual({
    code: 0,
    out: place,
    err: "",
  });
  const bin = join(made.path, "bin");
  await mkdir(bin);
  const opener = `#!/bin/sh\nprintf %s "$1" > ${made.path}/opened.part\nmv ${made.path}/opened.part ${made.path}/opened\n`;
  await writeFile(join(bin, "xdg-open"), opener, { mode: 0o755 });
  const desktop = { DISPLAY: ":0", PATH: `${bin}:${process.env["PATH"]}` };
  const opened = await esteira(made.path, ["artifacts", "open", "recsys", "train"], desktop);
  expect(opened.out).toMatch(
    new RegExp(`^✓ ${place}/_outputs/train/[0-9a-f]+-[0-9a-f]+$`.replaceAll(".", String.raw`\.`)),
  );
  await expect
    .poll(() => readFile(join(made.path, "opened"), "utf8").catch(() => ""), { timeout: 30_000 })
    .toBe(opened.out.slice(2));
});
