import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const hook = "https://hooks.example.com/services/T0/HUSH/token?key=HUSH";
const login = "http://ana:HUSH@mlflow.example.com/registry";

/** What somebody may type wrong on the line of a secret address, in config.yaml. */
const inProject: readonly string[] = [
  `notifications: { on_failure: ["${hook}"], on_failur: [] }`,
  `notifications: { on_failure: [{ url: "${hook}", format: teem }] }`,
  `notifications: { on_failure: [{ url: "${hook}", fromat: teams }] }`,
  `notifications: { on_failure: [{ url: "${hook}" }, 5] }`,
  `notifications: { on_failure: "${hook}" }`,
  `notifications: { on_failure: { url: ${hook} } }`,
  `notifications: { ${hook}: on_failure }`,
  `notifications: { on_failure: ["${hook}", "${hook}" }`,
  `notifications: { on_failure: ["${hook}] }`,
  `notifications:\n  on_failure:\n   - ${hook}\n  - ${hook}\n`,
  `notifications:\n  on_failure: &people ["${hook}"]\n  on_success: *peple`,
  `notifications: { on_failure: ["${hook.replace("https", "http")}"] }`,
  `notifications: { on_failure: ["${hook.replace("https:", "https")}"] }`,
  `notifications: { on_failure: [" ${hook}"] }`,
  `notifications: { on_failure: [!!str "${hook}", !nope "${hook}"] }`,
  `notifications: { on_failure: [!!int "${hook}"] }`,
  `runtime: { env_vars: { A B: "${login}" } }`,
  `runtime: { env_vars: { DATABASE_URL: "${login}" } }`,
  `runtime: { env_vars: { MLFLOW_TRACKING_URI: "${login}", ENV: x } }`,
  `runtime: { secrets: { TOKEN: "${login}" } }`,
];

/** The same in esteira.yaml, as a field of an environment. */
const inWorkspace: readonly string[] = [
  `registry: ana:HUSH@registry.example.com/ml`,
  `registry: https://ana:HUSH@registry.example.com/ml`,
  `mlflow: { tracking_uri: "${login}", gaet: warn }`,
  `mlflow: { tracking_uri: ["${login}"] }`,
  `mlflow: { tracking_uri: "${login.replace("http:", "ftp:")}" }`,
  `mlflow: { tracking_uri: "${login}", s3_endpoint_url: ["${login}"] }`,
  `mail: { from: "a@example.com", smtp: { host: m.example.com, port: 25, password: HUSH } }`,
  `endpoint_url: "${login}", x`,
  `artifacts_uri: "${login}"`,
];

test("what is secret in an address is shown by no problem on its line, on a terminal and as JSON", async () => {
  const names = inProject.map((_text, at) => `p${at}`);
  await using folder = await shellWorkspace(
    Object.fromEntries([...names, "well"].map((name) => [name, '- { id: only, command: "true" }'])),
  );
  const { path } = folder;
  for (const [at, text] of inProject.entries()) {
    await appendFile(join(path, `src/projects/p${at}/config.yaml`), `${text}\n`);
  }
  const index = "https://ana:HUSH@pypi.example.com/simple";
  await write(path, "src/projects/well/requirements.txt", `-r ../${index}\n`);
  for (const inputs of [["validate"], ["validate", "--json"], ["plan"]]) {
    const said = await saidBy(path, inputs);
    const quietAbout = names.filter((name) => !said.includes(`src/projects/${name}/config.yaml`));
    expect(quietAbout).toEqual([]);
    expect(withSecret(said)).toEqual([]);
  }
  expect(await saidBy(path, ["validate"])).toContain("src/projects/well/requirements.txt:1:4");
});

test("nor by one of esteira.yaml", async () => {
  await using folder = await shellWorkspace({ demo: '- { id: only, command: "true" }' });
  const { path } = folder;
  const yaml = await readFile(join(path, "esteira.yaml"), "utf8");
  for (const text of inWorkspace) {
    await write(path, "esteira.yaml", `${yaml.trimEnd()}\n    ${text}\n`);
    for (const inputs of [
      ["validate", "-e", "dev"],
      ["validate", "--json"],
    ]) {
      const said = await saidBy(path, inputs);
      expect([text, said.includes("esteira.yaml")]).toEqual([text, true]);
      expect(withSecret(said)).toEqual([]);
    }
  }
});

async function saidBy(root: string, inputs: string[]): Promise<string> {
  const { out, err } = await esteira(root, inputs);
  return `${out}\n${err}`;
}

function withSecret(said: string): string[] {
  return said.split("\n").filter((line) => line.includes("HUSH"));
}
