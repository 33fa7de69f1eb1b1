import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { root } from "../packages/first-minutes.ts";
import { binary, esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

const own = (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string })
  .version;

const program = dirname(dirname(binary));

/** A registry that answers one thing; says what it was asked. */
async function registry(status: number, body: unknown) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    address,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  };
}

test("version says which program this is, and asks nobody", async () => {
  await using folder = await temporaryFolder();
  await using npm = await registry(200, { version: "99.0.0" });
  const environment = { npm_config_registry: npm.address };
  expect(await esteira(folder.path, ["version"], environment)).toEqual({
    code: 0,
    out: [
      `esteira ${own}`,
      `  Program  ${program}`,
      `  Pages    ${program}/docs/README.md`,
      `  Node     ${process.versions.node}, ${process.execPath}`,
    ].join("\n"),
    err: "",
  });
  expect(npm.asked).toEqual([]);
});

test("--check asks the registry that npm is configured with", async () => {
  await using folder = await temporaryFolder();
  await using npm = await registry(200, { version: "99.0.0" });
  await write(folder.path, ".npmrc", `fund=false\nregistry = ${npm.address}/npm\n`);
  const { out } = await esteira(folder.path, ["version", "--check"]);
  expect(out.split("\n").at(-1)).toBe(
    `  Newest   99.0.0 (${npm.address}/npm/): CHANGELOG.md says what is new`,
  );
  expect(npm.asked).toEqual(["/npm/esteira/latest"]);

  const { out: json } = await esteira(folder.path, ["version", "--check", "--json"]);
  expect(JSON.parse(json)).toEqual({
    schema: 1,
    version: own,
    folder: program,
    docs: `${program}/docs/README.md`,
    node: process.versions.node,
    registry: `${npm.address}/npm/`,
    newest: "99.0.0",
    newer: true,
  });
});

test.each([
  [404, {}, "it has no package esteira"],
  [401, {}, "it answered 401"],
  [200, { version: "\u001b[31mred" }, "its answer has no version"],
])("--check says why it has no answer: %i", async (status, body, why) => {
  await using folder = await temporaryFolder();
  await using npm = await registry(status, body);
  const environment = { npm_config_registry: npm.address };
  const { code, err } = await esteira(folder.path, ["version", "--check"], environment);
  expect(code).toBe(6);
  expect(err.replaceAll(/\s+/g, " ")).toBe(
    `error: ${npm.address}/ does not say what the newest version of Esteira is: ${why} ` +
      "look at npm's setting `registry`, and at the network's `HTTPS_PROXY`; all other commands work without it",
  );
});

test("the same version is no newer one", async () => {
  await using folder = await temporaryFolder();
  await using npm = await registry(200, { version: own });
  const environment = { npm_config_registry: npm.address };
  const { out } = await esteira(folder.path, ["version", "--check"], environment);
  expect(out.split("\n").at(-1)).toBe(`  Newest   ${own} (${npm.address}/): there is no newer one`);
});
