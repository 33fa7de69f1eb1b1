import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { buildKitClient, dockerEngine } from "../rig/docker.ts";
import { indexPassword, indexUser, startPrivateIndex } from "../rig/package-index.ts";
import { describeWith } from "../rig/parts.ts";
import { esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

const engine = await dockerEngine();
const buildKit = await buildKitClient();

describeWith(engine, "a private index and containers", (found) => {
  describeWith(buildKit, "of BuildKit", (client) => {
    test("what only tests need comes from it, and the tests don't see what opens it", async () => {
      await using folder = await temporaryFolder();
      const wheels = join(folder.path, "wheels");
      await writeWheel(wheels, "acme_secretless", "1.0", "acme-hello");
      const index = await startPrivateIndex(wheels);
      const name = `index-${process.pid}`;
      const put = (path: string, text: string) =>
        write(folder.path, path.replace("demo", `src/projects/${name}`), text);
      await write(
        folder.path,
        "esteira.yaml",
        "environments: { local: { platform: local, executor: docker, docker_network: host } }\n",
      );
      await put("demo/Dockerfile", "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n");
      await put("demo/main.py", "");
      await put("demo/dev.txt", "acme-secretless==1.0\n");
      await put(
        "demo/config.yaml",
        `project_name: ${name}
version: "1.0.0"
runtime: { index: { url: "${index.url}", secret: PYPI } }
test:
  requirements_file: dev.txt
  command: 'acme-hello && echo "index: $PIP_INDEX_URL"'
`,
      );
      const environment = {
        DOCKER_HOST: found().host,
        ...client().environment,
        PYPI: `${indexUser}:${indexPassword}`,
      };
      try {
        const tested = await esteira(folder.path, ["test", name], environment);
        expect(`${tested.out}${tested.err}`).toContain("hello from acme_secretless 1.0");
        expect(`${tested.out}${tested.err}`).toMatch(/index: *$/m);
        expect(tested.code).toBe(0);
        expect(index.answered).toContain("/simple/acme-secretless/");
        const without = await esteira(folder.path, ["test", name], { ...environment, PYPI: "" });
        expect(without.code).not.toBe(0);
        expect(`${without.out}${without.err}`).toContain(
          `${index.url} needs PYPI, which has no value on this machine`,
        );
      } finally {
        await index.close();
        const env = { ...process.env, DOCKER_HOST: found().host };
        const list = ["image", "ls", "--quiet", `esteira-local/${name}`];
        const ids = (await execa("docker", list, { env })).stdout.split("\n").filter(Boolean);
        await execa("docker", ["rmi", "--force", ...ids], { env, reject: false });
      }
    });
  });
});
