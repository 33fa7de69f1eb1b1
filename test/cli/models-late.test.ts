import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { countingProxy } from "../models/rig/http-server.ts";
import { mlflow, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import { esteira } from "./cli.ts";
import { shown, workspaceAt } from "./models-workspace.ts";
import { write } from "./workspace.ts";

const empty = (environment: string): string =>
  `! ESTEIRA_MODEL_URI is empty: no version of the model cars was found when recsys was deployed to ${environment}; \`esteira deploy recsys -e ${environment}\` asks again`;

/** Without the line breaks of a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describeWith(mlflow(3), "a version that comes after the deploy", (part) => {
  const server = useMlflow(part);
  const promote = "model promote recsys --to Production -e prd --yes --version";

  test("is a change where there was none: the gate is turned on after the first deploy", async () => {
    const { url, register } = server();
    await register("cars", [{}]);
    await using workspace = await workspaceAt(url, "cars");
    const cwd = workspace.path;
    const gate = async (from: string, to: string): Promise<void> => {
      const text = await readFile(join(cwd, "esteira.yaml"), "utf8");
      await write(cwd, "esteira.yaml", text.replaceAll(`gate: ${from}`, `gate: ${to}`));
    };
    await gate("enforce", "off");
    expect(await shown(cwd, "deploy -e prd recsys")).toMatch(/\n\[0\]$/);
    expect(await shown(cwd, "run recsys -e prd")).not.toContain("ESTEIRA_MODEL_URI");
    await gate("off", "enforce");

    // Nobody is kept from what works by a registry that has nothing for it.
    expect(await shown(cwd, "deploy -e prd recsys")).toMatch(
      /^recsys <hash>\n {2}! no version of the model cars is in Production,.*= nothing to change/s,
    );
    const { err, code } = await esteira(cwd, ["run", "recsys", "-e", "prd"]);
    expect([code, err]).toEqual([0, empty("prd")]);
    expect(await shown(cwd, "status recsys -e prd")).toContain(
      `\nmodel  none: ${empty("prd").slice(2)}\n`,
    );

    expect(await shown(cwd, `${promote} 1`)).toMatch(/\[0\]$/);
    expect(await shown(cwd, "model show recsys -e prd")).toMatchInlineSnapshot(`
      "cars

      registry  <mlflow>
      prd  asks for Production
      a deploy takes  ✓ version 1, in Production
      made by  run <run>
      steps get  none: it was deployed when no version was found; \`esteira deploy recsys -e prd\` gives it to them
      after a deploy  ESTEIRA_MODEL_URI=models:/cars/1

      version  in  registered  run
      ▸ 1  Production  <date> <time>  <run>
      [0]"
    `);
    expect(oneLine(await shown(cwd, "doctor recsys -e prd"))).toContain(
      "steps get no model: none was found when recsys was deployed; there is version 1 of cars, Production now",
    );
    const planned = `recsys <hash>
  = snapshot  <snapshot>
  = environment  process  esteira.yaml says so
  = release  recsys 1.0.0
  = schedule  sched-recsys
  ~ model  cars 1  in Production
      version  null → "1"

Plan for prd: 1 to update in 1 project.
`;
    expect(await shown(cwd, "plan -e prd recsys --exit-code")).toBe(`${planned}[1]`);
    expect(await shown(cwd, "plan -e prd recsys --refresh")).toBe(`${planned}[0]`);
    expect(await shown(cwd, "deploy -e prd recsys")).toMatch(/1 project deployed.*\[0\]$/s);
    expect((await esteira(cwd, ["run", "recsys", "-e", "prd"])).err).toBe("");
    expect(await shown(cwd, "logs recsys -e prd")).toContain("got models:/cars/1");
  });

  test("is a change where MLflow was down at the first deploy", async () => {
    const { url, register } = server();
    await register("late", [{}]);
    let down = true;
    await using proxy = await countingProxy(url, () =>
      down ? new Promise(() => undefined) : Promise.resolve(),
    );
    await using workspace = await workspaceAt(proxy.url, "late");
    const cwd = workspace.path;
    const stage = ["model", "promote", "recsys", "--version", "1", "--to", "Staging"];
    expect(await shown(cwd, "deploy -e dev recsys")).toMatch(
      /the model was not looked at: MLflow at <mlflow> gives no whole answer.*1 project deployed/s,
    );
    down = false;
    expect((await esteira(cwd, [...stage, "-e", "dev", "--yes"])).code).toBe(0);
    expect(await shown(cwd, "deploy -e dev recsys")).toMatch(
      /~ model {2}late 1 {2}in Staging.*1 project deployed to dev in <s>\.\n\[0\]$/s,
    );
    expect(await shown(cwd, "deploy -e dev recsys")).toBe(
      "✓ dev is up to date: nothing to change in 1 project.\n[0]",
    );
  });

  test("is what the next deploy takes after a promotion that was lost to it", async () => {
    const { url, register, ask } = server();
    await register("raced", [{}, {}]);
    const put = (version: string, to: string): Promise<unknown> =>
      ask("POST", "model-versions/transition-stage", {
        name: "raced",
        version,
        stage: to,
        archive_existing_versions: true,
      });
    await put("1", "Staging");
    let looks = 0;
    await using proxy = await countingProxy(url, async (request) => {
      // The plan looks once, and the last act of the deploy a second time.
      if (request.includes("registered-models/get") && ++looks === 2) await put("2", "Production");
    });
    await using workspace = await workspaceAt(proxy.url, "raced", ", promote_on_deploy: true");
    const cwd = workspace.path;
    expect(oneLine(await shown(cwd, "deploy -e prd recsys"))).toContain(
      "error: the release is deployed, and its model is not promoted: the model raced has moved since the plan was made: version 2 is in Production now; version 1 was not promoted everything else is deployed; deploy again to go by what is there now",
    );
    expect(await shown(cwd, "deploy -e prd recsys")).toMatchInlineSnapshot(`
      "recsys <hash>
        = snapshot  <snapshot>
        = environment  process  esteira.yaml says so
        = release  recsys 1.0.0
        = schedule  sched-recsys
        ~ model  raced 2  in Production
            version  "1" → "2"

      Plan for prd: 1 to update in 1 project.

      ▸ recsys  copy the project's sources
      ▸ recsys  prepare the Python environment
      ▸ recsys  release 1.0.0
      ✓ recsys  deployed (<s>)

      1 project deployed to prd in <s>.
      [0]"
    `);
    expect((await esteira(cwd, ["run", "recsys", "-e", "prd"])).code).toBe(0);
    expect(await shown(cwd, "logs recsys -e prd")).toContain("got models:/raced/2");
    // Once it has what it lost against, a promotion by somebody else is no change again.
    await put("1", "Production");
    expect(await shown(cwd, "plan -e prd recsys --exit-code")).toMatch(
      /nothing to change.*\[0\]$/s,
    );
  });

  test("the commands that undo a promotion are typed as they are printed", async () => {
    const { url, register, ask } = server();
    await register("undone", [{}, {}, {}]);
    await using workspace = await workspaceAt(url, "undone");
    const cwd = workspace.path;
    const state = async (): Promise<unknown> => {
      const { out } = await esteira(cwd, ["model", "list", "recsys", "-e", "prd", "--json"]);
      const { versions } = JSON.parse(out) as {
        versions: { version: string; stage: string; aliases: string[] }[];
      };
      return versions.map(({ version, stage, aliases }) => [version, stage, aliases]);
    };
    for (const version of ["1", "2"]) {
      await ask("POST", "model-versions/transition-stage", {
        name: "undone",
        version,
        stage: "Production",
        archive_existing_versions: false,
      });
    }
    const before = await state();
    for (const to of ["Production", "Staging", "@champion"]) {
      const done = await esteira(cwd, [
        ..."model promote recsys -e prd --yes --version 3 --to".split(" "),
        to,
      ]);
      expect(done.code).toBe(0);
      expect(await state()).not.toEqual(before);
      const commands = done.out.match(/esteira model .*/g) ?? [];
      for (const command of commands) {
        const words = command.split(" ").slice(1);
        expect((await esteira(cwd, [...words, "--yes"])).code).toBe(0);
      }
      expect(await state()).toEqual(before);
    }
    expect(await shown(cwd, "model promote recsys --version 3 --to Production -e prd --yes"))
      .toMatchInlineSnapshot(`
      "undone
        + version 3  no stage → Production
        - version 2  Production, is archived
        - version 1  Production, is archived
      ✓ version 3 of undone is in Production.
        To undo it, in this order:
          esteira model promote recsys --version 2 --to Production -e prd
          esteira model promote recsys --version 1 --to Production --beside -e prd
          esteira model promote recsys --version 3 --to None -e prd
      [0]"
    `);
    expect(await shown(cwd, "model promote recsys --version 3 --to @champion -e prd --yes"))
      .toMatchInlineSnapshot(`
      "undone
        + version 3  Production, gets @champion too
      ✓ version 3 of undone is in @champion; it stays in Production too.
        To undo it: esteira model remove-alias recsys @champion -e prd
      [0]"
    `);
    expect(await shown(cwd, "model remove-alias recsys champion -e prd --yes"))
      .toMatchInlineSnapshot(`
      "✓ version 3 of undone has @champion no more.
        To undo it: esteira model promote recsys --version 3 --to @champion -e prd
      [0]"
    `);
    expect(await shown(cwd, "model remove-alias recsys @champion -e prd --yes"))
      .toMatchInlineSnapshot(`
      "✓ no version of undone has @champion.
      [0]"
    `);
    expect(await shown(cwd, "model remove-alias recsys @v1 -e prd --yes")).toMatchInlineSnapshot(`
      "error: @v1 is no alias
             An alias is written as @champion (letters, digits, _ and -; not @latest or @v1).
      [2]"
    `);
  });
});
