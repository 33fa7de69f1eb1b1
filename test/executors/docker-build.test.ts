import { randomBytes } from "node:crypto";

import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";

import { projectFiles } from "../../src/cli/templates/project.ts";
import { createDockerExecutor } from "../../src/local/executors/docker.ts";
import type { ProcessEnvironment } from "../../src/local/executors/docker-cli.ts";
import type { PackageFolder } from "../../src/local/executors/port.ts";
import { backend, pricing, pyproject } from "../fixtures/pricing.ts";
import { buildKitClient, dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { releaseOf, sandbox, type Sandbox } from "./fixtures.ts";

const engine = await dockerEngine();
const buildKit = await buildKitClient();
const workspace = `esteira-builds-${process.pid}`;

describeWith(engine, "images of the docker executor", (found) => {
  const made = new Set<string>();
  const boxes: Sandbox[] = [];
  const environmentOf = (changes: ProcessEnvironment): ProcessEnvironment => ({
    ...process.env,
    DOCKER_HOST: found().host,
    ...changes,
  });
  afterAll(async () => {
    const env = environmentOf({});
    await execa("docker", ["rmi", "--force", ...made], { env, extendEnv: false, reject: false });
    for (const box of boxes) box.remove();
  });

  /** Builds an image of these files; the same ones are another source each time. */
  async function build(
    files: Readonly<Record<string, string>>,
    environment: ProcessEnvironment,
    network: string,
    packages: readonly PackageFolder[] = [],
  ) {
    const box = sandbox();
    boxes.push(box);
    box.write(files);
    const executor = createDockerExecutor({
      dataDirectory: box.root,
      workspace,
      network,
      processEnvironment: environmentOf(environment),
    });
    const lines: string[] = [];
    const release = releaseOf({ sourceHash: randomBytes(32).toString("hex") });
    const built = await executor.prepare(
      release,
      box.snapshot,
      (line) => lines.push(line),
      undefined,
      { packages },
    );
    if (!built.ok) throw new Error(`${built.error.message}\n${built.error.help}`);
    const image = built.value.decided["image"]!;
    made.add(image);
    return { image, said: lines.join("\n") };
  }

  async function inImage(image: string, command: string): Promise<string> {
    const args = ["run", "--rm", "--network=none", image, "sh", "-c", command];
    return (await execa("docker", args, { env: environmentOf({}), extendEnv: false })).stdout;
  }

  function scaffolded(requirements: string): Readonly<Record<string, string>> {
    const files = projectFiles("demand", "config.schema.json");
    return {
      ...Object.fromEntries(files.map(({ path, text }) => [path, text])),
      "requirements.txt": requirements,
    };
  }

  /** What of the packages, of uv and of the caches is in an image. */
  const look = `
    python -c 'import os, six; print(six.__version__, os.path.exists(six.__cached__))'
    command -v uv || echo "no uv"
    find /var/cache/uv /root/.cache /tmp -type f 2>/dev/null | wc -l`;

  const bothWays = (environment: () => ProcessEnvironment, mounts: boolean) => {
    test("the scaffolded Dockerfile installs with uv, and leaves neither it nor a cache", async () => {
      const { image, said } = await build(scaffolded("six==1.17.0\n"), environment(), "host");
      expect(said.includes("--mount=type=cache,target=/var/cache/uv")).toBe(mounts);
      expect(await inImage(image, look)).toBe("1.17.0 True\nno uv\n0");
    });

    test("without requirements it needs no network", async () => {
      const { image } = await build(scaffolded("# None yet.\n\n"), environment(), "none");
      expect(await inImage(image, "ls /app/requirements.txt")).toBe("/app/requirements.txt");
    });

    test("a package that isn't there fails the build", async () => {
      const files = scaffolded("six==0.0.1\n");
      await expect(build(files, environment(), "host")).rejects.toThrow("six==0.0.1");
    });

    test("shared packages are laid over the project's own image, which stays as it was", async () => {
      const shared = sandbox();
      boxes.push(shared);
      shared.write({
        "pricing/pyproject.toml": pyproject.replace('["library"]', "[]"),
        "pricing/backend.py": backend.replace("Requires-Dist: library\\n", ""),
        "pricing/src/pricing.py": pricing(3),
        "dates/__init__.py": "today = 'monday'\n",
      });
      const packages = ["pricing", "dates"].map((name) => ({
        path: `libs/${name}`,
        hash: name,
        folder: `${shared.snapshot}/${name}`,
      }));
      const text = `FROM python:3.11-slim
RUN useradd --uid 4321 runner
COPY . /work/
WORKDIR /work
USER runner
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["id -u && pwd && ls && tariff && python -c 'import dates; print(dates.today)'"]
`;
      const files = { Dockerfile: text, "main.py": "" };
      const { image } = await build(files, environment(), "none", packages);
      const run = ["run", "--rm", "--network=none", image];
      const { stdout } = await execa("docker", run, { env: environmentOf({}), extendEnv: false });
      expect(stdout).toBe("4321\n/work\nDockerfile\nmain.py\ntariff 3\nmonday");
      const bases = await execa("docker", ["images", "--quiet", "esteira-stage/demo"], {
        env: environmentOf({}),
        extendEnv: false,
      });
      expect(bases.stdout).toBe("");
      shared.write({ "pricing/backend.py": "raise SystemExit('no such backend')\n" });
      await expect(build(files, environment(), "none", packages)).rejects.toThrow(
        "libs/pricing and libs/dates could not be installed into the image of demo",
      );
    });

    test(`a cache ${mounts ? "outlives the build" : "is not in the image"}`, async () => {
      const folder = `/var/cache/${randomBytes(6).toString("hex")}`;
      const count = `if [ -d ${folder} ]; then echo x >> ${folder}/n; wc -l < ${folder}/n; fi`;
      const files = (first: string) => ({
        Dockerfile: `FROM python:3.11-slim\nCOPY . .\n# esteira: cache ${folder}\nRUN (${count}) > /count\n`,
        // BuildKit looks for it beside the Dockerfile that it gets.
        "Dockerfile.dockerignore": "left-out.txt\n",
        "left-out.txt": "",
        "first.txt": first,
      });
      const [one, two] = [
        await build(files("1"), environment(), "none"),
        await build(files("2"), environment(), "none"),
      ];
      const counted = [
        await inImage(one.image, "cat /count"),
        await inImage(two.image, "cat /count"),
      ];
      expect(counted).toEqual(mounts ? ["1", "2"] : ["", ""]);
      const leftOut = await inImage(two.image, "ls /left-out.txt 2>/dev/null || echo none");
      expect(leftOut).toBe(mounts ? "none" : "/left-out.txt");
      expect(await inImage(two.image, `find ${folder} -type f 2>/dev/null | wc -l`)).toBe("0");
    });
  };

  describe("by the classic builder", () => {
    bothWays(() => ({ DOCKER_BUILDKIT: "0" }), false);
  });

  describeWith(buildKit, "by BuildKit", (client) => {
    bothWays(() => client().environment, true);
  });
});
