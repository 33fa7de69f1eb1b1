import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { checkWorkspace } from "../../src/config/check.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { mlflow, useMlflow } from "../models/rig/mlflow.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { testRegistry } from "../rig/registry.ts";
import { guideTeam, type GuideTeam } from "./guide-team.ts";

const page = await readFile(fileURLToPath(new URL("../../docs/guia.md", import.meta.url)), "utf8");

/** The blocks of code in one language, in their order. */
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

test("the guide's esteira.yaml is a good one", () => {
  const [yaml = ""] = blocks("yaml");
  const checked = checkWorkspace(new TextEncoder().encode(yaml), "guia");
  expect(checked.diagnostics).toEqual([]);
  expect([...checked.workspace.environments.keys()]).toEqual(["local", "dev", "prd"]);
});

const emulator = moto();
const modelRegistry = mlflow(3);
const engine = await dockerEngine();
const images = await testRegistry();
const parts =
  "missing" in emulator
    ? emulator
    : "missing" in modelRegistry
      ? modelRegistry
      : "missing" in engine
        ? engine
        : "missing" in images
          ? images
          : { emulator, modelRegistry, images };

describeWith(parts, "the guide, typed word for word", (found) => {
  const server = useMoto(() => found().emulator, "when asked");
  const models = useMlflow(() => found().modelRegistry);
  let team: GuideTeam;
  beforeAll(async () => {
    await server().reset();
    await models().register("recsys", [{ auc: 0.81 }, { auc: 0.87 }]);
    team = await guideTeam({
      emulator: found().emulator,
      server: server(),
      models: models().url,
      registry: found().images.address,
    });
  });
  afterAll(() => team[Symbol.asyncDispose]());

  /** What people do besides typing, by the line that they do it after. */
  const besides: Readonly<Record<string, () => Promise<unknown>>> = {
    "esteira init": () => team.writeWorkspace(),
    "esteira iam github-role -e dev": () => team.makeRoles("dev"),
    "esteira iam github-role -e prd": () => team.makeRoles("prd"),
    "esteira new recsys": () => edit(),
    "gh pr create --base dev": async () => {
      expect((await team.merge("feature/recsys-v1", "dev")).log).toContain(
        "1 project deployed to dev in ",
      );
    },
    "gh pr create --head dev --base master": async () => {
      expect((await team.merge("dev", "master")).log).toContain("1 project deployed to prd in ");
    },
  };

  /** What the guide says to write into the new project; and an image that needs no network. */
  async function edit(): Promise<void> {
    const folder = join(team.path, "src/projects/recsys");
    const config = await readFile(join(folder, "config.yaml"), "utf8");
    const edited = config
      .replace('version: "0.1.0"', 'version: "1.0.0"')
      .replace("  required: false\n", "  name: recsys\n");
    expect(edited).not.toBe(config);
    await writeFile(join(folder, "config.yaml"), edited);
    await writeFile(join(folder, "Dockerfile"), "FROM scratch\nCOPY . /app\n");
  }

  test("every block of it works, one after the other", { timeout: 600_000 }, async () => {
    const printed: string[] = [];
    const done = new Set<string>();
    for (const block of blocks("sh")) {
      printed.push(await team.type(block));
      for (const [line, act] of Object.entries(besides)) {
        if (!block.includes(line) || done.has(line)) continue;
        done.add(line);
        await act();
      }
    }
    expect([...done].toSorted()).toEqual(Object.keys(besides).toSorted());
    expect(team.problems).toEqual([]);

    // What the text mentions may be refused in the state that things are in by now, but is not a
    // wrong command line.
    const mentions = [...page.matchAll(/`(esteira [a-z][^`]* (?:recsys|-e)\b[^`]*)`/g)];
    const typed = new Set(blocks("sh").flatMap((block) => block.split("\n")));
    const commands = [...new Set(mentions.map(([, command = ""]) => command))].filter(
      (command) => !typed.has(command),
    );
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const profile = /-e dev/.test(command) ? "dev" : "prd";
      const [code, said] = await team.mention(`export AWS_PROFILE=${profile}\n${command}`);
      expect([command, code === 2 || code === 70 ? said : ""]).toEqual([command, ""]);
    }

    const all = printed.join("\n");
    for (const said of [
      "✓ feature/recsys-v1 may go into dev.",
      "✓ dev may go into master.",
      "✓ prd is up to date: nothing to change in 1 project.",
    ]) {
      expect(all).toContain(said);
    }
  });
});
