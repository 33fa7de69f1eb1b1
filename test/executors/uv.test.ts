import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";

import type { InstallerWishes } from "../../src/local/executors/packages/choose-installer.ts";
import { fetchedPython } from "../../src/local/executors/packages/uv-python.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { environmentRig } from "./environment-rig.ts";
import { releaseOf } from "./fixtures.ts";

const { uv, box, environment, attempted, prepared, close } = await environmentRig();
afterAll(close);

describe("uv itself", () => {
  const without = { PATH: process.env["PATH"]!, PIP_INDEX_URL: "http://127.0.0.1:9/simple" };

  test("where it can't be had, pip installs, and that is said; uv that is demanded is missed", async () => {
    const data = join(box.root, "no-uv");
    const made = await prepared("three.txt", { data, variables: without });
    expect(made.installer).toBe("pip");
    expect(made.lines[0]).toBe("fetching uv 0.13.9 from PyPI into .esteira/tools, once");
    expect(made.lines[1]).toMatch(
      /^uv 0\.13\.9 could not be fetched from PyPI: .*; pip installs instead, which takes longer$/,
    );
    // What was made so stays, also when uv is there again.
    expect((await prepared("three.txt", { data })).path).toBe(made.path);
    const { result } = await attempted("three.txt", {
      data,
      variables: without,
      wishes: { installer: "uv", hardLinks: false },
    });
    expect(result).toMatchObject({ ok: false, error: { reason: "unavailable" } });
  });

  test("a plan says which it is", async () => {
    const foreseen = (requirementsFile: string, variables = {}, wishes?: InstallerWishes) =>
      createProcessExecutor({
        dataDirectory: join(box.root, "foreseen"),
        processEnvironment: { ...environment, ...variables },
        ...(wishes && { wishes }),
      }).foresee!(releaseOf({ requirementsFile }), box.snapshot);
    box.write({ "refused.txt": "greeting==1.0 --config-settings=a=b\n" });
    expect(await foreseen("one.txt")).toEqual({
      note: `packages by uv 0.13.9 (${join(uv, "uv")})`,
    });
    expect(await foreseen("one.txt", without)).toEqual({
      note: "packages by uv 0.13.9, fetched from PyPI once, or pip where it can't be had",
    });
    expect(await foreseen("refused.txt")).toEqual({
      note: "packages by pip: refused.txt has --config-settings, which uv doesn't know",
    });
    expect(await foreseen("one.txt", {}, { installer: "pip", hardLinks: false })).toEqual({
      note: "packages by pip: esteira.yaml says so",
      installer: "pip",
    });
    expect(await foreseen("one.txt", {}, { installer: "uv", hardLinks: true })).toEqual({
      note: `packages by uv 0.13.9 (${join(uv, "uv")}); with hard links, so that an edit in one environment changes all`,
      installer: "uv",
    });
    expect(existsSync(join(box.root, "foreseen"))).toBe(false);
  });
});

describe("a Python that this machine doesn't have", () => {
  const version = "3.15";
  const pythons = join(box.root, "pythons");
  const variables = {
    UV_PYTHON_INSTALL_DIR: pythons,
    UV_PYTHON_INSTALL_MIRROR: pathToFileURL(join(box.root, "mirror")).href,
  };
  const prepare = async (changes: Readonly<Record<string, string>>, wishes?: InstallerWishes) => {
    const lines: string[] = [];
    const executor = createProcessExecutor({
      dataDirectory: box.root,
      processEnvironment: { ...environment, ...variables, ...changes },
      ...(wishes && { wishes }),
    });
    const release = releaseOf({ pythonVersion: version });
    const result = await executor.prepare(release, box.snapshot, (line) => lines.push(line));
    return { result, lines };
  };

  test("uv fetches it; where it can't, that is said with its words", async () => {
    const { result, lines } = await prepare({});
    expect(lines).toEqual([`Python ${version} is not on this machine: uv 0.13.9 fetches it`]);
    if (result.ok) throw new Error("there is no such mirror");
    expect(result.error.reason).toBe("unavailable");
    expect(result.error.message).toMatch(
      /^Python 3\.15 is not on this machine, and uv could not fetch it: Failed to install cpython-3\.15\.\S+: failed to query metadata of file `.*`: No such file or directory \(os error 2\)$/,
    );
    expect(result.error.help).toContain("or run the steps in containers with `executor: docker`");
    expect(result.error.help).toContain("the mirror that UV_PYTHON_INSTALL_MIRROR names");
  });

  test("where uv may not, it is simply missing", async () => {
    const never = { UV_PYTHON_DOWNLOADS: "never" };
    for (const { result, lines } of [
      await prepare(never),
      await prepare({}, { installer: "pip", hardLinks: false }),
    ]) {
      expect(lines).toEqual([]);
      if (result.ok) throw new Error("it isn't there");
      expect(result.error.message).toMatch(/^Python 3\.15 is not on this machine; found /);
    }
  });

  test("from a mirror it comes, and is used", async () => {
    // As much of a Python as is looked at before it is used: it says who it is.
    const root = join(box.root, "archive", "python", "bin");
    mkdirSync(root, { recursive: true });
    const library = join(root, "..", "lib", "python3.15");
    mkdirSync(library, { recursive: true });
    // uv corrects paths in it.
    writeFileSync(
      join(library, "_sysconfigdata__linux_x86_64-linux-gnu.py"),
      "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {}\n",
    );
    const python = join(root, "python3.15");
    writeFileSync(python, '#!/bin/sh\nprintf "%s\\n3.15.0\\nlinux-x86_64\\n" "$0"\n', {
      mode: 0o755,
    });
    await execa("ln", ["-s", "python3.15", join(root, "python3")]);
    const archive = join(box.root, "python.tar.gz");
    await execa("tar", ["-C", join(box.root, "archive"), "-czf", archive, "python"]);
    const { stdout } = await execa(join(uv, "uv"), [
      "python",
      "list",
      "--only-downloads",
      "--output-format=json",
      version,
    ]);
    const [listed] = JSON.parse(stdout) as {
      key: string;
      arch: string;
      os: string;
      libc: string;
    }[];
    if (listed === undefined) throw new Error("uv knows Python 3.15");
    const downloads = join(box.root, "downloads.json");
    const entry = {
      name: "cpython",
      arch: { family: listed.arch, variant: null },
      os: listed.os,
      libc: listed.libc,
      major: 3,
      minor: 15,
      patch: 0,
      prerelease: "",
      url: pathToFileURL(archive).href,
      sha256: null,
      variant: null,
      build: "20270101",
    };
    const key = `cpython-3.15.0-${listed.os}-${listed.arch}-${listed.libc}`;
    writeFileSync(downloads, JSON.stringify({ [key]: entry }));
    const own = { UV_PYTHON_DOWNLOADS_JSON_URL: downloads };
    const found = await fetchedPython({
      missing: { ok: false, error: { reason: "unavailable", message: "it is missing" } },
      version,
      wanted: "auto",
      tools: join(box.root, "tools"),
      processEnvironment: { ...environment, UV_PYTHON_INSTALL_DIR: pythons, ...own },
      listener: () => {},
      note: () => {},
      signal: undefined,
    });
    if (!found.ok) throw new Error(`${found.error.message}\n${found.error.help}`);
    expect(found.value.version).toBe("3.15.0");
  });
});
