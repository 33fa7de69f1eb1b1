import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { beforeAll, expect, test } from "vitest";

import { loadWorkspace } from "../src/config/load.ts";
import type { Environment, Project } from "../src/config/model.ts";
import { runId } from "../src/core/ids.ts";
import { makeRelease } from "../src/release/build.ts";
import { openPlatform } from "./local/fixture.ts";
import { esteira, temporaryFolder } from "./cli/cli.ts";
import { write } from "./cli/workspace.ts";

const page = await readFile(resolve(import.meta.dirname, "../docs/architecture.md"), "utf8");

/** The block of code with this info string. */
function block(info: string): string {
  const found = new RegExp(`^\`\`\`${info}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/architecture.md has no block "${info}"`);
  return found;
}

const json = (name: string): object => JSON.parse(block(`json ${name}`)) as object;

/** What the page's config really gives, stage by stage. */
const stages: Record<string, unknown> = {};

beforeAll(async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  const project = "src/projects/demand";
  const settings =
    "workspace: cars\nenvironments:\n  local: { platform: local, executor: process }\n";
  await write(root, "esteira.yaml", settings);
  await write(root, join(project, "config.yaml"), block("yaml"));
  await write(root, join(project, "Dockerfile"), "FROM python:3.11-slim\n");

  const loaded = await loadWorkspace(root, "local");
  const [demand] = loaded.projects as [Project];
  const [local] = [...loaded.workspace.environments.values()] as [Environment];
  stages["project"] = demand;
  stages["release"] = makeRelease(demand, loaded.workspace, local, "0".repeat(64)).release;

  const answer = async (command: string): Promise<unknown> => {
    const { out } = await esteira(root, [...command.split(" "), "--json"]);
    return JSON.parse(out.split("\n").at(-1) ?? "");
  };
  stages["plan"] = await answer("plan demand");
  await answer("deploy demand");
  await answer("run demand");
  const status = (await answer("status demand")) as { readonly run: { readonly run: string } };
  stages["status"] = status;

  const platform = await openPlatform(root);
  const events = await platform.events(runId(status.run.run), { limit: 13 });
  await platform.close();
  stages["events"] = events.ok ? events.value.items : events.error;
});

test.each(["project", "release", "plan", "events", "status"])(
  "the page shows the %s as the program gives it",
  (stage) => {
    expect(stages[stage]).toMatchObject(json(stage));
  },
);
