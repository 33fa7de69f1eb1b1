import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

/**
 * An index of packages that lets an installer wait.
 *
 * @param ask whether and when the page of a package is answered, which is asked for once or more
 * @param give a wheel is asked for
 */
async function patientIndex(
  wheels: string,
  ask: (name: string) => Promise<void>,
  give: (wheel: string) => unknown = () => undefined,
) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const [, place, name = ""] = (request.url ?? "").split("/");
    if (place === "files") {
      give(name);
      response.end(readFileSync(join(wheels, name)));
      return;
    }
    void ask(name).then(() => {
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

async function usingIndex(folder: string, url: string): Promise<Record<string, string>> {
  return {
    PATH: `${await uvFolder()}${delimiter}${process.env["PATH"]}`,
    PIP_INDEX_URL: url,
    UV_CACHE_DIR: join(folder, "uv-cache"),
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
  const asked = new Set<string>();
  const all = Promise.withResolvers<void>();
  using index = await patientIndex(wheels, (name) => {
    if (asked.add(name).size === 2) all.resolve();
    return all.promise;
  });
  const environment = await usingIndex(folder.path, index.url);
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

test("four projects are prepared at a time, and the fifth once one of them is", async () => {
  const needs = ["alpha", "beta", "gamma", "delta", "epsilon"];
  const step = `- { id: only, command: "true" }`;
  await using folder = await shellWorkspace(
    Object.fromEntries(needs.map((name) => [`needs-${name}`, step])),
  );
  const wheels = join(folder.path, "wheels");
  for (const name of needs) {
    await writeWheel(wheels, name, "1.0");
    const file = `src/projects/needs-${name}/config.yaml`;
    const yaml = readFileSync(join(folder.path, file), "utf8");
    await write(folder.path, file, `${yaml}runtime: { requirements_file: requirements.txt }\n`);
    await write(folder.path, `src/projects/needs-${name}/requirements.txt`, `${name}\n`);
  }
  const asked = new Set<string>();
  const seen = new Set<string>();
  const four = Promise.withResolvers<void>();
  const five = Promise.withResolvers<void>();
  // The first is held until four wait, with time for a fifth that should not be among them; the
  // others until the fifth has begun.
  using index = await patientIndex(
    wheels,
    (name) => {
      asked.add(name);
      seen.add(`asked: ${name}`);
      if (asked.size === 4) void setTimeout(2000).then(four.resolve);
      if (asked.size === 5) five.resolve();
      return asked.values().next().value === name ? four.promise : five.promise;
    },
    (wheel) => seen.add(`given: ${wheel.split("-")[0]}`),
  );
  const environment = await usingIndex(folder.path, index.url);
  const deployed = await esteira(folder.path, ["deploy"], environment);
  expect(deployed.err).toBe("");
  expect(deployed.out).toMatch(/\n5 projects deployed to local in .*\.$/);

  const [first, second, third, fourth, fifth] = asked;
  expect([...seen].slice(0, 6)).toEqual([
    ...[first, second, third, fourth].map((name) => `asked: ${name}`),
    `given: ${first}`,
    `asked: ${fifth}`,
  ]);
  await execa("chmod", ["-R", "u+w", folder.path]);
});
