import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { configOf, teamRepository } from "../governance/repository.ts";
import { esteira, type Answer } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const hostile = "\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B5mowned\u202E\u001B[8m";
const dangerous = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

/** With colour, as on a terminal: nothing but our own colours may come through. */
function expectClean({ out, err }: Answer): void {
  const text = `${out}\n${err}`;
  expect(text.replaceAll(/\u001B\[[0-9;]*m/g, "")).not.toMatch(dangerous);
  expect(text).toContain("owned");
}

const colours = { FORCE_COLOR: "1" };

describe("what somebody else wrote commands no terminal", () => {
  test("failure texts of steps, reasons, actors, names that are typed", async () => {
    await using folder = await shellWorkspace({ churn: '- { id: only, name: "", command: "" }' });
    const definition = {
      StartAt: "Only",
      States: {
        Only: { Type: "Task", Resource: "${step:only}", Next: "End" },
        End: { Type: "Fail", Error: `Error ${hostile}`, Cause: `Cause ${hostile}` },
      },
    };
    const config = "src/projects/churn/config.yaml";
    await write(folder.path, "src/projects/churn/own.asl.json", JSON.stringify(definition));
    const text = (await readFile(join(folder.path, config), "utf8"))
      .replace("    steps:", "    definition: own.asl.json\n    steps:")
      .replace('command: ""', String.raw`command: "printf 'log \\033]0;x\\007\\033[2Jowned\\n'"`);
    await writeFile(join(folder.path, config), text);
    const acting = { ...colours, ESTEIRA_ACTOR: `eve${hostile}` };
    const at = (...inputs: string[]): Promise<Answer> => esteira(folder.path, inputs, acting);

    expect((await at("deploy", "churn")).code).toBe(0);
    expectClean(await at("run", "churn"));
    expectClean(await at("status", "latest"));
    expectClean(await at("logs", "latest"));
    await at("schedule", "disable", "churn", "--reason", `because ${hostile}`);
    expectClean(await at("schedule", "list"));
    expectClean(await at("audit"));
    expectClean(await at("run", `no${hostile}`));
    expectClean(await at(`no${hostile}`));
    for (const inputs of [["audit"], ["status", "latest"]]) {
      const { out } = await at(...inputs, "--json");
      expect(out).not.toMatch(dangerous);
      expect(out).toContain(String.raw`\u009b5mowned\u202e`);
    }
  });

  test("subjects of commits and names of branches", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "master");
    await team.commit(`Subject ${hostile}`, {
      "src/projects/recsys/config.yaml": configOf("recsys", "2.0.0"),
    });
    await team.git("push", "--quiet", "origin", "master");
    const head = "feature/recsys-\u009Bowned\u202E";
    await team.git("switch", "--quiet", "--create", head);
    await team.git("push", "--quiet", "origin", head);
    expectClean(await esteira(team.path, ["ci", "check-branch", "--base", "dev"], colours));
  });
});
