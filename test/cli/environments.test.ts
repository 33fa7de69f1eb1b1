import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

/** An index of packages that answers for the first of them when it was asked for all. */
async function patientIndex(wheels: string, packages: readonly string[]) {
  const asked = new Set<string>();
  const all = Promise.withResolvers<void>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const [, place, name = ""] = (request.url ?? "").split("/");
    if (place === "files") {
      response.end(readFileSync(join(wheels, name)));
      return;
    }
    asked.add(name);
    if (packages.every((one) => asked.has(one))) all.resolve();
    void all.promise.then(() => {
      const files = readdirSync(wheels).filter((file) => file.startsWith(`${name}-`));
      response.setHeader("content-type", "text/html");
      response.end(files.map((file) => `<a href="/files/${file}">${file}</a>`).join("\n"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
    requests: () => requests,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("projects are prepared side by side, and their tests run in the environments of their steps", async () => {
  const step = `- { id: only, command: "true" }`;
  await using folder = await shellWorkspace({ one: step, two: step });
  const wheels = join(folder.path, "wheels");
  await writeWheel(wheels, "greeting", "1.0");
  await writeWheel(wheels, "farewell", "1.0");
  const needs = { one: "greeting", two: "farewell" };
  for (const [name, needed] of Object.entries(needs)) {
    const project = `src/projects/${name}`;
    const command = `python -c 'import sys, ${needed}; print(sys.prefix)'`;
    const yaml = readFileSync(join(folder.path, project, "config.yaml"), "utf8");
    await write(folder.path, `${project}/requirements.txt`, `${needed}\n`);
    await write(
      folder.path,
      `${project}/config.yaml`,
      `${yaml}runtime: { requirements_file: requirements.txt }\ntest: { command: "${command}" }\n`,
    );
  }
  // Neither project's packages are to be had before both are asked for.
  using index = await patientIndex(wheels, Object.values(needs));
  const environment = {
    PATH: `${await uvFolder()}${delimiter}${process.env["PATH"]}`,
    PIP_INDEX_URL: index.url,
    UV_CACHE_DIR: join(folder.path, "uv-cache"),
  };
  const deployed = await esteira(folder.path, ["deploy"], environment);
  expect(deployed.err).toBe("");
  expect(deployed.out).toMatch(/\n2 projects deployed to local in .*\.$/);

  const made = join(folder.path, ".esteira", "venvs");
  const environments = readdirSync(made).toSorted();
  const requests = index.requests();
  const prefixes: string[] = [];
  for (const name of Object.keys(needs)) {
    const tested = await esteira(folder.path, ["test", name], environment);
    expect(tested.out).toMatch(new RegExp(`\n✓ ${name}: tests passed\\.$`));
    prefixes.push(/^\/.*$/m.exec(tested.out)?.[0] ?? tested.out);
  }
  expect(readdirSync(made).toSorted()).toEqual(environments);
  expect(index.requests()).toBe(requests);
  expect(new Set(prefixes).size).toBe(2);
  for (const prefix of prefixes) expect(prefix.startsWith(`${made}/`)).toBe(true);
  await execa("chmod", ["-R", "u+w", folder.path]);
});
