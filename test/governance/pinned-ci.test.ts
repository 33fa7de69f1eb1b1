import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { gitIn } from "./repository.ts";

const workflows = [".github/workflows/build.yml", ".github/workflows/check.yml"];

async function earlier(path: string): Promise<string> {
  const fixture = join(import.meta.dirname, "../fixtures/earlier-workflows", path.slice(18));
  return readFile(fixture, "utf8");
}

/** A workspace whose workflows an earlier Esteira wrote. */
async function earlierWorkspace() {
  const folder = await temporaryFolder();
  await write(folder.path, "esteira.yaml", "environments: { local: { platform: local } }\n");
  for (const path of workflows) await write(folder.path, path, await earlier(path));
  const read = (path: string) => readFile(join(folder.path, path), "utf8");
  return { ...folder, read };
}

test("a clone installs the very package that init pinned, with nothing cached and no network", async () => {
  await using folder = await temporaryFolder();
  const origin = join(folder.path, "origin");
  await mkdir(origin);
  await gitIn(origin, "init", "--quiet");
  expect(await esteira(origin, ["init"])).toMatchObject({ code: 0, err: "" });
  await gitIn(origin, "add", "--all");
  await gitIn(origin, "commit", "--quiet", "-m", "A workspace");
  const clone = join(folder.path, "clone");
  await gitIn(folder.path, "clone", "--quiet", origin, clone);
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    HOME: join(folder.path, "home"),
    npm_config_offline: "true",
  };
  const options = { cwd: clone, env, extendEnv: false, reject: false } as const;
  const installed = await execa("npm", ["ci", "--ignore-scripts"], options);
  expect([installed.exitCode, installed.stderr]).toEqual([0, ""]);
  const version = await execa("node_modules/.bin/esteira", ["--version"], options);
  expect(version.stdout).toBe((await esteira("/", ["--version"])).out);

  // Other content than what was pinned is refused.
  const vendored = join(clone, "vendor/esteira-0.1.0.tgz");
  const other = await readFile(vendored);
  await write(clone, "vendor/esteira-0.1.0.tgz", `${other.toString("latin1")}x`);
  const refused = await execa("npm", ["ci", "--ignore-scripts"], {
    ...options,
    env: { ...env, HOME: join(folder.path, "another-home") },
  });
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain("EINTEGRITY");
});

test("workflows of an earlier init are named by validate, shown by init, and changed by --yes", async () => {
  await using folder = await earlierWorkspace();
  const { out } = await esteira(folder.path, ["validate"]);
  expect(out).toContain(`.github/workflows/build.yml:46:14  warning  workspace/unpinned-workflow
  this workflow installs Esteira by a name that anybody may have published, unpinned

  46 |         run: npm install --global "$ESTEIRA_PACKAGE"
     |              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

  help: \`esteira init\` shows how it is pinned by package-lock.json, and changes it; \`esteira init --python\` pins the
        wheel by requirements-esteira.txt
`);
  const shown = await esteira(folder.path, ["init"]);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain(`-        run: npm install --global "$ESTEIRA_PACKAGE"
+        run: npm ci --ignore-scripts`);
  expect(shown.err).toBe("! These files stay as they are; `esteira init --yes` changes them.");
  for (const path of workflows) expect(await folder.read(path)).toBe(await earlier(path));

  const changed = await esteira(folder.path, ["init", "--yes", "--json"]);
  expect(JSON.parse(changed.out)).toMatchObject({ changed: workflows, pending: [] });
  // What init writes anew, but for the comment of the job that plans.
  await using other = await temporaryFolder();
  await esteira(other.path, ["init"]);
  const withoutComments = (text: string) => text.replaceAll(/^ *#.*\n/gm, "");
  for (const path of workflows) {
    const fresh = await readFile(join(other.path, path), "utf8");
    expect(withoutComments(await folder.read(path))).toBe(withoutComments(fresh));
  }
  expect((await esteira(folder.path, ["validate"])).out).not.toContain("unpinned");
});

test("workflows of any name are moved, and init names the lines that it leaves to their author", async () => {
  await using folder = await earlierWorkspace();
  const nightly = ".github/workflows/nightly.yml";
  await write(
    folder.path,
    nightly,
    "jobs:\n  a:\n    steps:\n      - run: |\n          npm install --global esteira@0.1.0\n          esteira validate\n",
  );
  const scripted = "      - with: { script: npm install --global esteira@0.1.0 }\n";
  await write(folder.path, ".github/workflows/ours.yml", scripted);
  const { out } = await esteira(folder.path, ["init", "--yes"]);
  expect(await folder.read(nightly)).toBe(
    "jobs:\n  a:\n    steps:\n      - run: |\n          npm ci --ignore-scripts\n          node_modules/.bin/esteira validate\n",
  );
  expect(out).toContain(
    "! .github/workflows/ours.yml:1 installs Esteira by a name, and is yours to change: `npm ci --ignore-scripts` in the workspace's folder, then `node_modules/.bin/esteira`.",
  );
  expect(out).not.toContain("nightly.yml:");
  expect(await folder.read(".github/workflows/ours.yml")).toBe(scripted);
});

test("a workflow that installs the wheel by its name is named, with what init says to write", async () => {
  await using folder = await temporaryFolder();
  expect(await esteira(folder.path, ["init"])).toMatchObject({ code: 0 });
  await write(folder.path, ".github/workflows/ours.yml", "- run: pip install esteira-ml\n");
  const { diagnostics } = JSON.parse((await esteira(folder.path, ["validate", "--json"])).out) as {
    readonly diagnostics: readonly { readonly code: string; readonly help: string }[];
  };
  expect(diagnostics.find(({ code }) => code === "workspace/unpinned-workflow")?.help).toBe(
    "`esteira init --python` pins the wheel by requirements-esteira.txt, and says what to write here",
  );
  expect((await esteira(folder.path, ["init"])).out).toContain(
    "! .github/workflows/ours.yml:1 installs Esteira by a name, and is yours to change: `npm ci --ignore-scripts`",
  );
});

test("deploy and doctor name them as well", async () => {
  await using folder = await earlierWorkspace();
  const message =
    "this workflow installs Esteira by a name that anybody may have published, unpinned";
  const deployed = await esteira(folder.path, ["deploy"]);
  expect(deployed.code).toBe(0);
  expect(deployed.err)
    .toContain(`.github/workflows/build.yml:46:14  warning  workspace/unpinned-workflow
  ${message}
`);
  const examined = JSON.parse((await esteira(folder.path, ["doctor", "--json"])).out) as object;
  expect(JSON.stringify(examined)).toContain(message);
});

test("another version, and another build of the same one, are pinned once somebody has agreed", async () => {
  await using folder = await temporaryFolder();
  expect(await esteira(folder.path, ["init"])).toMatchObject({ code: 0 });
  const read = (path: string) => readFile(join(folder.path, path));
  const vendored = "vendor/esteira-0.1.0.tgz";
  const pins = ["package.json", "package-lock.json"];
  const [manifest, lock, tarball] = [
    await read(pins[0]!),
    await read(pins[1]!),
    await read(vendored),
  ];

  for (const path of pins) {
    await write(folder.path, path, String(await read(path)).replaceAll("0.1.0", "0.0.9"));
  }
  const shown = await esteira(folder.path, ["init"]);
  expect(shown.out).toContain(`-    "esteira": "file:vendor/esteira-0.0.9.tgz"
+    "esteira": "file:vendor/esteira-0.1.0.tgz"`);
  expect(shown.err).toBe("! These files stay as they are; `esteira init --yes` changes them.");
  const version = await esteira(folder.path, ["init", "--yes", "--json"]);
  expect(JSON.parse(version.out)).toMatchObject({ changed: pins });
  expect([await read(pins[0]!), await read(pins[1]!)]).toEqual([manifest, lock]);

  await write(folder.path, vendored, "another build");
  const build = await esteira(folder.path, ["init"]);
  expect(build.out).toContain(`${vendored}\nanother build of the same version\n`);
  expect(String(await read(vendored))).toBe("another build");
  const rewritten = await esteira(folder.path, ["init", "--yes", "--json"]);
  expect(JSON.parse(rewritten.out)).toMatchObject({ changed: [vendored] });
  expect((await read(vendored)).equals(tarball)).toBe(true);
});

test("the first push of a workspace without projects: what CI does, and what it says to do", async () => {
  await using folder = await temporaryFolder();
  expect(await esteira(folder.path, ["init"])).toMatchObject({ code: 0 });
  const push = { GITHUB_EVENT_NAME: "push", GITHUB_REF_NAME: "dev" };
  expect(await esteira(folder.path, ["ci", "environment"], push)).toEqual({
    code: 5,
    out: "",
    err: "error: dev deploys to dev, and esteira.yaml has no such environment yet\n       Fill it in under environments, or name another one under branches.environments.",
  });
  // What build_apps.sh runs once the environment is there.
  expect(await esteira(folder.path, ["deploy", "--env", "local"])).toEqual({
    code: 0,
    out: "✓ local is up to date: nothing to change in 0 projects.",
    err: "",
  });
  const { code, out } = await esteira(folder.path, ["validate"], push);
  expect(code).toBe(3);
  expect(out).toContain(
    "help: `esteira new NAME` makes one that runs at once, `esteira adopt FOLDER` makes one of a folder that is there",
  );
});

test("a package.json of somebody's own is left alone, and what pins Esteira is said", async () => {
  await using folder = await temporaryFolder();
  const own = `{ "dependencies": { "left-pad": "1.3.0" } }\n`;
  await write(folder.path, "package.json", own);
  const { out } = await esteira(folder.path, ["init"]);
  expect(out).toContain(
    "\n! package.json is yours and doesn't pin Esteira, which the workflows need: `npm install --save-exact --ignore-scripts ./vendor/esteira-0.1.0.tgz`.\n",
  );
  expect(await readFile(join(folder.path, "package.json"), "utf8")).toBe(own);
});
