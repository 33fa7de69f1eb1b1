import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { environmentRig } from "./environment-rig.ts";
import { writeWheel } from "./wheels.ts";

const { box, wheels, attempted, prepared, inside, close } = await environmentRig();
const home = join(box.root, "home");
afterAll(close);

function siteOf(folder: string): string {
  const lib = join(folder, "lib");
  return join(lib, readdirSync(lib)[0]!, "site-packages");
}

describe("packages", () => {
  test("from PyPI, with bytecode, a program, and nothing that is shared with uv's cache", async () => {
    box.write({ "pypi.txt": "tabulate==0.9.0\nsix==1.17.0\n" });
    const made = await prepared("pypi.txt");
    expect(made.installer).toBe("uv");
    expect(made.lines.slice(1)).toEqual([
      "installing pypi.txt with uv 0.13.9",
      "installed 2 packages",
    ]);
    expect(await inside(made, "printf 'a b\\n' | tabulate -f plain")).toBe("a  b");
    expect(await inside(made, "python -c 'import six; print(six.__version__)'")).toBe("1.17.0");
    const site = siteOf(made.path);
    expect(readdirSync(join(site, "__pycache__")).some((name) => name.startsWith("six."))).toBe(
      true,
    );
    // What only installs would be half a second's work in each environment.
    expect(existsSync(join(site, "pip/__pycache__"))).toBe(false);
    expect(statSync(join(site, "six.py")).nlink).toBe(1);
    expect(statSync(join(site, "six.py")).mode & 0o222).toBe(0);
    expect(await inside(made, "pip list --format=freeze --disable-pip-version-check")).toMatch(
      /^pip==.*\n(?:setuptools==.*\n)?six==1\.17\.0\ntabulate==0\.9\.0$/,
    );
  });

  test("equal locked requirements share one layer, however they are written", async () => {
    const one = await prepared("one.txt");
    const two = await prepared("two.txt");
    expect(two.path).not.toBe(one.path);
    expect(two.layer).toBe(one.layer);
    expect(two.lines).toEqual(["2 packages: there already, for the same locked requirements"]);
    expect((await prepared("three.txt")).layer).not.toBe(one.layer);
  });

  test.each(["uv", "pip"] as const)(
    "an edit in one environment reaches no other and no cache (%s)",
    async (installer) => {
      const wishes = { installer, hardLinks: false };
      const data = join(box.root, `edited-${installer}`);
      const edited = await prepared("one.txt", { wishes, data });
      const other = await prepared("three.txt", { wishes, data });
      const file = join(siteOf(edited.path), "greeting.py");
      expect(statSync(file).mode & 0o222).toBe(0);
      chmodSync(file, 0o644);
      writeFileSync(file, "text = 'edited'\n");
      const say = "python -B -c 'import greeting; print(greeting.text)'";
      expect(await inside(edited, say)).toBe("edited");
      expect(await inside(other, say)).toBe("hello from greeting 1.0");
      const elsewhere = await prepared("one.txt", {
        wishes,
        data: join(box.root, `new-${installer}`),
      });
      expect(await inside(elsewhere, say)).toBe("hello from greeting 1.0");
    },
  );

  test("hard links only where they are asked for", async () => {
    const wishes = { installer: "uv", hardLinks: true } as const;
    const linked = await prepared("three.txt", { wishes });
    expect(statSync(join(siteOf(linked.path), "greeting.py")).nlink).toBeGreaterThan(1);
    const own = await prepared("three.txt");
    expect(statSync(join(siteOf(own.path), "greeting.py")).nlink).toBe(1);
  });

  test("a file with an option that uv doesn't know takes pip, and says so", async () => {
    const find = `--no-index\n--find-links ${wheels}\n`;
    box.write({ "refused.txt": `${find}greeting==1.0 --config-settings=a=b\n` });
    const made = await prepared("refused.txt");
    expect(made.installer).toBe("pip");
    expect(made.lines[0]).toBe(
      "refused.txt has --config-settings, which uv doesn't know: pip installs instead",
    );
    expect(await inside(made, "greet")).toBe("hello from greeting 1.0");
  });
});

describe("a project that installs itself", () => {
  const pyproject = `
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "mine"
version = "1.0"
dependencies = ["farewell"]
`;
  // A build backend without a network: it writes the wheel that pip and uv ask it for.
  const backend = `
import zipfile
def write(folder, files):
    name = "mine-1.0-py3-none-any.whl"
    info = "mine-1.0.dist-info/"
    files = {**files,
        info + "METADATA": "Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0\\nRequires-Dist: farewell\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "entry_points.txt": "[console_scripts]\\nmine = mine:main\\n"}
    with zipfile.ZipFile(folder + "/" + name, "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
        file.writestr(info + "RECORD", "".join(f"{path},,\\n" for path in [*files, info + "RECORD"]))
    return name
def build_wheel(folder, config_settings=None, metadata_directory=None):
    return write(folder, {"mine.py": open("mine.py").read()})
def build_editable(folder, config_settings=None, metadata_directory=None):
    import os
    return write(folder, {"mine.pth": os.getcwd() + "\\n"})
`;
  const code = (word: string) =>
    `import greeting, farewell\ndef main():\n    print("${word}", greeting.text, farewell.text)\n`;

  beforeAll(() => {
    const find = `--no-index\n--find-links ${wheels}\n`;
    box.write({
      "pyproject.toml": pyproject,
      "backend.py": backend,
      "self.txt": `${find}greeting<2\n.\n`,
      "editable.txt": `${find}greeting<2\n-e .\n`,
    });
  });

  test.each([
    ["self.txt", "uv"],
    ["editable.txt", "uv"],
    ["self.txt", "pip"],
    ["editable.txt", "pip"],
  ] as const)("a code edit rebuilds that part alone: %s with %s", async (file, installer) => {
    const wishes = { installer, hardLinks: false };
    box.write({ "mine.py": code("first") });
    const first = await prepared(file, { wishes, sourceHash: "1".repeat(64) });
    const words = "hello from greeting 1.0 hello from farewell 1.0";
    expect(await inside(first, "mine")).toBe(`first ${words}`);
    // A program of a package below sees what lies over it.
    expect(await inside(first, "greet")).toBe("hello from greeting 1.0");
    const above = `import sys; print(sys.prefix); import importlib.metadata as m; print(sorted(d.name for d in m.distributions() if d.name not in ("pip", "setuptools")))`;
    expect(await inside(first, `python -c '${above}'`)).toBe(
      `${first.path}\n['farewell', 'greeting', 'mine']`,
    );
    expect(readFileSync(join(first.path, "bin", "greet"), "utf8")).toContain(first.path);
    expect(await inside(first, "pip list --format=freeze --disable-pip-version-check")).toContain(
      "greeting==1.0",
    );

    // A new version of what it uses doesn't slip in with an edit.
    await writeWheel(wheels, "greeting", "1.5", "greet");
    box.write({ "mine.py": code("second") });
    const second = await prepared(file, { wishes, sourceHash: "2".repeat(64) });
    expect(await inside(second, "mine")).toBe(`second ${words}`);
    expect(await inside(first, "mine")).toBe(`first ${words}`);
    expect(second.layer).toBe(first.layer);
    expect(second.lines).toEqual([
      ...(installer === "uv"
        ? ["2 packages: there already, for the same locked requirements"]
        : ["1 package: there already, for the same locked requirements"]),
      `installing the project's own ${file === "self.txt" ? "." : "-e ."}`,
    ]);
    await execa("rm", [join(wheels, "greeting-1.5-py3-none-any.whl")]);
  });
});

test("what a project is built with is kept, and an edit of a line builds with the same", async () => {
  // A build backend that says in which environment it ran.
  const backend = `
import sys, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "built-1.0-py3-none-any.whl"
    info = "built-1.0.dist-info/"
    with zipfile.ZipFile(folder + "/" + name, "w") as file:
        file.writestr("built.py", f"where = {sys.prefix!r}\\n" + open("built.py").read())
        file.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: built\\nVersion: 1.0\\n")
        file.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        file.writestr(info + "RECORD", "")
    return name
`;
  const variables = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels };
  await writeWheel(wheels, "backend", "1.0", "", backend);
  box.write({
    "pyproject.toml": `[build-system]\nrequires = ["backend"]\nbuild-backend = "backend"\n[project]\nname = "built"\nversion = "1.0"\n`,
    "folder.txt": ".\n",
  });
  const wishes = { installer: "uv", hardLinks: false } as const;
  const builtWith = async (word: string, digit: string): Promise<readonly string[]> => {
    box.write({ "built.py": `word = "${word}"\n` });
    const made = await prepared("folder.txt", { wishes, variables, sourceHash: digit.repeat(64) });
    const printed = await inside(made, "python -c 'import built; print(built.word, built.where)'");
    return printed.split(" ");
  };
  const [first, tools = ""] = await builtWith("first", "4");
  // A newer one doesn't count as an edit.
  await writeWheel(wheels, "backend", "1.1", "", "raise SystemExit('too new')");
  expect([first, await builtWith("second", "5")]).toEqual(["first", ["second", tools]]);
  expect(tools).toContain(join(box.root, "tools", "builders"));
});

describe("what is set for pip", () => {
  let server: Server;
  let index: string;
  const credentials = `Basic ${Buffer.from("kim:secret").toString("base64")}`;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.headers.authorization !== credentials) {
        response.writeHead(401, { "www-authenticate": "Basic" }).end();
        return;
      }
      const name = /^\/simple\/(\w+)\/$/.exec(request.url ?? "")?.[1];
      const file = /^\/files\/(.+\.whl)$/.exec(request.url ?? "")?.[1];
      if (file !== undefined) response.end(readFileSync(join(wheels, file)));
      else if (name !== undefined) {
        const files = readdirSync(wheels).filter((one) => one.startsWith(`${name}-`));
        response.setHeader("content-type", "text/html");
        response.end(files.map((one) => `<a href="/files/${one}">${one}</a>`).join("\n"));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
    box.write({ "named.txt": "greeting\n" });
  });
  afterAll(() => server.close());

  test.each(["uv", "pip"] as const)(
    "index and netrc count, user, target and prefix don't (%s)",
    async (installer) => {
      await execa("mkdir", ["-p", join(home, ".config", "pip")]);
      const conf = `[global]\nindex-url = ${index}\ntrusted-host = 127.0.0.1\n[install]\nuser = true\ntarget = ${home}/target\nprefix = ${home}/prefix\n`;
      writeFileSync(join(home, ".config", "pip", "pip.conf"), conf);
      writeFileSync(join(home, ".netrc"), "machine 127.0.0.1 login kim password secret\n", {
        mode: 0o600,
      });
      const made = await prepared("named.txt", {
        wishes: { installer, hardLinks: false },
        variables: { HOME: home, PIP_USER: "1", PIP_TARGET: join(home, "target") },
      });
      expect(made.installer).toBe(installer);
      expect(await inside(made, "greet")).toBe("hello from greeting 2.0");
      expect(existsSync(join(home, "target"))).toBe(false);
      expect(existsSync(join(home, "prefix"))).toBe(false);
      expect(existsSync(join(home, ".local"))).toBe(false);
    },
  );

  test("a file that can't be read is named", async () => {
    const file = join(home, "broken.conf");
    writeFileSync(file, "index-url\n");
    const { result } = await attempted("named.txt", { variables: { PIP_CONFIG_FILE: file } });
    expect(result).toEqual({
      ok: false,
      error: {
        reason: "invalid",
        message: `pip's configuration can't be read: File contains no section headers. file: '${file}', line: 1 'index-url\\n'`,
        help: "correct the file (`python -m pip config debug` lists those that pip reads), and deploy again",
      },
    });
  });
});

test("a workspace that was moved has its environments made again", async () => {
  const before = join(box.root, "before");
  const made = await prepared("three.txt", { data: before });
  expect(await inside(made, "greet")).toBe("hello from greeting 1.0");
  const after = join(box.root, "after");
  renameSync(before, after);
  const again = await prepared("three.txt", { data: after });
  expect(again.path.startsWith(after)).toBe(true);
  expect(await inside(again, "greet")).toBe("hello from greeting 1.0");
});
