import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createDockerExecutor } from "../../src/local/executors/docker.ts";
import type { PackageFolder } from "../../src/local/executors/port.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { environmentParts } from "../../src/local/deploy/environment-parts.ts";
import { backend, pricing, pyproject } from "../fixtures/pricing.ts";
import { buildKitClient, dockerEngine } from "../rig/docker.ts";
import {
  indexPassword,
  indexUser,
  type PrivateIndex,
  startPrivateIndex,
} from "../rig/package-index.ts";
import { describeWith } from "../rig/parts.ts";
import { uvFolder } from "../rig/uv.ts";
import { releaseOf } from "./fixtures.ts";
import { writeWheel } from "./wheels.ts";

const secret = `${indexUser}:${indexPassword}`;
/** As it is, and as an address has it. */
const forms = [indexPassword, encodeURIComponent(indexPassword)];
const uv = await uvFolder();
const buildKit = await buildKitClient();
const root = mkdtempSync(join(tmpdir(), "esteira-index-test-"));
let index: PrivateIndex;

beforeAll(async () => {
  await writeWheel(join(root, "wheels"), "acme_secretless", "1.0", "acme-hello");
  await writeWheel(join(root, "wheels"), "acme_second", "1.0");
  index = await startPrivateIndex(join(root, "wheels"));
});
afterAll(async () => {
  await index.close();
  await execa("chmod", ["-R", "u+w", root]);
  await execa("rm", ["-rf", root]);
});

/** A workspace's `.esteira` and a project's sources. */
function place(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(root, "w-"));
  const [data, snapshot] = [join(folder, ".esteira"), join(folder, "snapshot")];
  for (const one of [data, snapshot]) mkdirSync(one);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(snapshot, name), text);
  return { data, snapshot };
}

/** Neither settings for pip or uv, nor the secret. */
const machine = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:PIP|UV|XDG)_/.test(name)),
);

function releaseFrom(
  url: string,
  requirementsFile: string | undefined,
  packages?: readonly PackageFolder[],
) {
  const sourceHash = randomBytes(32).toString("hex");
  return releaseOf({ requirementsFile, sourceHash, index: { url, secret: "PYPI" }, packages });
}

/** Files below a folder that have a form of the password in them. */
async function filesWithPassword(folder: string): Promise<string> {
  const patterns = forms.flatMap((form) => ["-e", form]);
  const found = await execa("grep", ["-rlaF", ...patterns, folder], { reject: false });
  return found.stdout;
}

describe("a virtual environment from a private index", () => {
  const requirements = { "requirements.txt": "acme-secretless==1.0\n" };
  const options = (data: string, installer: "uv" | "pip", variables = {}) => ({
    dataDirectory: data,
    wishes: { installer, hardLinks: false },
    processEnvironment: {
      ...machine,
      PATH: `${uv}${delimiter}${process.env["PATH"]}`,
      UV_CACHE_DIR: join(data, "..", "uv-cache"),
      // Another index mustn't be asked: it may have a package of the same name.
      PIP_EXTRA_INDEX_URL: "http://127.0.0.1:9/simple/",
      UV_INDEX: "http://127.0.0.1:9/simple/",
      ...variables,
    },
  });

  test.each(["uv", "pip"] as const)(
    "%s asks it alone, with what `secrets` keeps or the environment has",
    async (installer) => {
      for (const by of ["file", "variable"] as const) {
        const { data, snapshot } = place(requirements);
        mkdirSync(join(data, "secrets"));
        const kept = join(data, "secrets", "_index.env");
        if (by === "file") writeFileSync(kept, `PYPI="${secret}"\n`);
        const variables = by === "variable" ? { PYPI: secret } : { PYPI: "" };
        const executor = createProcessExecutor(options(data, installer, variables));
        const lines: string[] = [];
        const release = releaseFrom(index.url, "requirements.txt");
        const before = index.answered.length;
        const made = await executor.prepare(release, snapshot, (line) => lines.push(line));
        if (!made.ok) throw new Error(`${made.error.message}\n${made.error.help}`);
        expect(made.value.decided["installer"]).toBe(installer);
        expect(index.answered.slice(before)).toContain("/simple/acme-secretless/");
        const program = join(made.value.decided["virtual_environment"]!, "bin", "acme-hello");
        expect((await execa(program)).stdout).toBe("hello from acme_secretless 1.0");
        expect(JSON.stringify([lines, made.value])).not.toContain(forms[1]);
        expect(await filesWithPassword(join(data, ".."))).toBe(by === "file" ? kept : "");
        // Who turns to another password keeps what is installed; who turns to another index not.
        const otherwise = createProcessExecutor(options(data, installer, { PYPI: "ana:other" }));
        const again = await otherwise.prepare(release, snapshot, () => {});
        expect(again.ok && again.value.decided).toEqual(made.value.decided);
      }
    },
  );

  test.each(["uv", "pip"] as const)("%s is refused, and doesn't show why", async (installer) => {
    const { data, snapshot } = place(requirements);
    const wrong = "wrong/pass%word";
    const lines: string[] = [];
    const of = (variables: Readonly<Record<string, string>>) =>
      createProcessExecutor(options(data, installer, variables)).prepare(
        releaseFrom(index.url, "requirements.txt"),
        snapshot,
        (line) => lines.push(line),
      );
    const refused = await of({ PYPI: `ana:${wrong}` });
    expect(refused.ok ? "" : refused.error.message).toContain(
      "could not install requirements.txt of demo",
    );
    const said = JSON.stringify([refused, lines]);
    for (const form of [wrong, encodeURIComponent(wrong)]) expect(said).not.toContain(form);
    expect(await of({})).toMatchObject({
      ok: false,
      error: {
        message: `${index.url} needs PYPI, which has no value on this machine: neither in the environment nor in .esteira/secrets/_index.env`,
        help: "`esteira secrets set PYPI` keeps one; in CI give it as a variable of the environment",
      },
    });
  });

  test("its address is a part of what an environment is, its password isn't", () => {
    const parts = (url: string | undefined) => {
      const by = url === undefined ? {} : { index: { url, secret: "PYPI" } };
      return JSON.stringify(environmentParts(releaseOf(by), "process", "0"));
    };
    expect(parts("https://one/")).not.toBe(parts("https://two/"));
    expect(parts(undefined)).not.toContain("index");
  });
});

describeWith(await dockerEngine(), "an image from a private index", (engine) => {
  const made: string[] = [];
  const environmentOf = (changes: Readonly<Record<string, string>>) => ({
    ...machine,
    DOCKER_HOST: engine().host,
    ...changes,
  });
  afterAll(async () => {
    const env = environmentOf({});
    await execa("docker", ["rmi", "--force", ...made], { env, extendEnv: false, reject: false });
  });

  function executorOf(data: string, changes: Readonly<Record<string, string>>) {
    return createDockerExecutor({
      dataDirectory: data,
      workspace: "tests",
      network: "host",
      processEnvironment: environmentOf({ PYPI: secret, ...changes }),
    });
  }

  describeWith(buildKit, "by BuildKit", (client) => {
    test("has the packages, and the password in no layer and no line of its history", async () => {
      const dockerfile = `FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir \\
      -r requirements.txt
RUN pip uninstall --yes acme-secretless && /app/uv pip install --system --no-cache -r requirements.txt
USER 4321
# esteira: index
RUN sh install.sh
CMD ["sh", "-c", "acme-hello && tariff"]
`;
      const { data, snapshot } = place({
        Dockerfile: dockerfile,
        "requirements.txt": "acme-secretless==1.0\n",
        "install.sh":
          "id -u && python -m pip download --dest /tmp/x acme-secretless && rm -r /tmp/x\n",
      });
      copyFileSync(join(uv, "uv"), join(snapshot, "uv"));
      chmodSync(join(snapshot, "uv"), 0o755);
      const folder = join(data, "packages", "pricing");
      mkdirSync(folder, { recursive: true });
      const packages = [{ path: "libs/pricing", hash: "0", folder }];
      mkdirSync(join(folder, "src"));
      writeFileSync(
        join(folder, "pyproject.toml"),
        pyproject.replace('["library"]', '["acme-second"]'),
      );
      writeFileSync(
        join(folder, "backend.py"),
        backend.replace("Requires-Dist: library", "Requires-Dist: acme-second"),
      );
      writeFileSync(join(folder, "src", "pricing.py"), pricing(3));
      const executor = executorOf(data, client().environment);
      const lines: string[] = [];
      const release = releaseFrom(index.url, "requirements.txt");
      const built = await executor.prepare(
        release,
        snapshot,
        (line) => lines.push(line),
        undefined,
        { packages },
      );
      if (!built.ok) throw new Error(`${built.error.message}\n${built.error.help}`);
      const { image = "" } = built.value.decided;
      made.push(image);
      const env = environmentOf({});
      const run = (args: readonly string[]) => execa("docker", args, { env, extendEnv: false });
      const { stdout } = await run(["run", "--rm", "--network=none", image]);
      expect(stdout).toBe("hello from acme_secretless 1.0\ntariff 3");
      const archive = join(data, "image");
      mkdirSync(archive);
      await run(["save", "--output", join(archive, "image.tar"), image]);
      // Its layers aren't compressed, so that what is in a file of it is found.
      await execa("grep", ["-qaF", "hello from acme_secretless", join(archive, "image.tar")]);
      expect(await filesWithPassword(archive)).toBe("");
      const history = await run(["history", "--no-trunc", "--format={{json .}}", image]);
      const inspected = await run(["image", "inspect", image]);
      const said = `${history.stdout}${inspected.stdout}${lines.join("\n")}`;
      for (const form of forms) expect(said).not.toContain(form);
    });
  });

  test("isn't built where the password would stay in it", async () => {
    const files = { Dockerfile: "FROM python:3.11-slim\nRUN pip install acme-secretless\n" };
    const { data, snapshot } = place(files);
    const executor = executorOf(data, { DOCKER_BUILDKIT: "0" });
    const release = releaseFrom(index.url, undefined);
    expect(await executor.prepare(release, snapshot, () => {})).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: `the image of demo installs from ${index.url}, and this docker client builds without BuildKit, which keeps what opens the index out of the image`,
        help: "Install Docker's plugin buildx (its package is docker-buildx-plugin), and take DOCKER_BUILDKIT=0 out of the environment where it is set; `docker buildx version` must answer. Then deploy again.",
        resource: "demo",
      },
    });
  });
});
