import { expect, test } from "vitest";

import { mlflow, mlflowVersions, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import { esteira } from "./cli.ts";
import { configure, shown, workspaceAt } from "./models-workspace.ts";
import { write } from "./workspace.ts";

for (const major of mlflowVersions) {
  describeWith(mlflow(major), `models in a real MLflow ${major}`, (part) => {
    const server = useMlflow(part);

    test("the gate refuses one project, promoting lets it through, and the run gets the version", async () => {
      const { url, register } = server();
      await register("cars", [{ auc: 0.7 }, { auc: 0.85 }]);
      await using workspace = await workspaceAt(url, "cars", ', metrics: { auc: ">=0.6" }');
      const cwd = workspace.path;

      expect(await shown(cwd, "deploy -e prd")).toMatchInlineSnapshot(`
        "other <hash>
          + snapshot  <snapshot>
          + environment  process  esteira.yaml says so
          + release  other 1.0.0
          + schedule  sched-other

        recsys <hash>
          ! no version of the model cars is in Production, which prd asks for; the newest, 2, is in no stage; \`esteira model
            promote recsys --version 2 --to Production -e prd\` puts it there
          + snapshot  <snapshot>
          + environment  process  esteira.yaml says so
          + release  recsys 1.0.0
          + schedule  sched-recsys

        Plan for prd: 8 to create in 2 projects.

        ▸ other  copy the project's sources
        ▸ other  prepare the Python environment
        ▸ other  release 1.0.0
        ✓ other  deployed (<s>)
        ✗ recsys  failed (<s>)

        error: no version of the model cars is in Production, which prd asks for; the newest, 2, is in no stage
               \`esteira model promote recsys --version 2 --to Production -e prd\` puts it there

        1 of 2 projects deployed to prd in <s>, 1 failed.
        [1]"
      `);
      expect(await shown(cwd, "model list recsys -e prd")).toMatchInlineSnapshot(`
        "version  registered  run
          2  <date> <time>  <run>
          1  <date> <time>  <run>
        [0]"
      `);
      const promote = "model promote recsys -e prd --to Production --version";
      expect(await shown(cwd, `${promote} 1`)).toMatchInlineSnapshot(`
        "cars
          + version 1  no stage → Production
        error: this changes the model registry and there is no terminal to ask on
               Look at the plan, then say so: \`esteira model promote recsys --version 1 --to Production -e prd --yes\`.
        [5]"
      `);
      expect(await shown(cwd, `${promote} 1 --yes`)).toMatchInlineSnapshot(`
        "cars
          + version 1  no stage → Production
        ✓ version 1 of cars is in Production.
          To undo it: esteira model promote recsys --version 1 --to None -e prd
        [0]"
      `);
      expect(await shown(cwd, `${promote} 1 --yes`)).toMatchInlineSnapshot(`
        "✓ version 1 of cars is in Production already.
        [0]"
      `);
      expect(await shown(cwd, "plan -e prd recsys")).toMatchInlineSnapshot(`
        "recsys <hash>
          + snapshot  <snapshot>
          + environment  process  esteira.yaml says so
          + release  recsys 1.0.0
          + schedule  sched-recsys
          + model  cars 1  in Production

        Plan for prd: 5 to create in 1 project.
        [0]"
      `);
      expect(await shown(cwd, "deploy -e prd recsys")).toMatchInlineSnapshot(`
        "recsys <hash>
          + snapshot  <snapshot>
          + environment  process  esteira.yaml says so
          + release  recsys 1.0.0
          + schedule  sched-recsys
          + model  cars 1  in Production

        Plan for prd: 5 to create in 1 project.

        ▸ recsys  copy the project's sources
        ▸ recsys  prepare the Python environment
        ▸ recsys  release 1.0.0
        ✓ recsys  deployed (<s>)

        1 project deployed to prd in <s>.
        [0]"
      `);
      expect((await esteira(cwd, ["run", "recsys", "-e", "prd"])).code).toBe(0);
      expect(await shown(cwd, "logs recsys -e prd")).toContain("got models:/cars/1");
      expect(await shown(cwd, "status recsys -e prd")).toMatch(/^model {2}1$/m);
    });

    test("promote_on_deploy promotes last, once, and not after a failure", async () => {
      const { url, register, ask } = server();
      const stage = async (version: string): Promise<unknown> => {
        const found = await ask("GET", "model-versions/get", { name: "auto", version });
        return (found["model_version"] as { current_stage: string }).current_stage;
      };
      await register("auto", [{}]);
      await ask("POST", "model-versions/transition-stage", {
        name: "auto",
        version: "1",
        stage: "Staging",
        archive_existing_versions: true,
      });
      await using workspace = await workspaceAt(url, "auto", ", promote_on_deploy: true");
      const cwd = workspace.path;
      const requirements = "src/projects/recsys/requirements.txt";
      await configure(
        cwd,
        "auto",
        ", promote_on_deploy: true }\nruntime: { requirements_file: requirements.txt",
      );
      await write(cwd, requirements, "--no-index\nno-such-package==1\n");
      expect(await shown(cwd, "deploy -e prd recsys")).toMatch(/1 failed\.\n+\[1\]$/);
      expect(await stage("1")).toBe("Staging");
      await write(cwd, requirements, "");
      expect(await shown(cwd, "deploy -e prd recsys")).toMatchInlineSnapshot(`
        "recsys <hash>
          + snapshot  <snapshot>
          + environment  process  esteira.yaml says so
          + release  recsys 1.0.0
          + schedule  sched-recsys
          + model  auto 1  in Staging; promoted to Production when all is done

        Plan for prd: 5 to create in 1 project.

        ▸ recsys  copy the project's sources
        ▸ recsys  prepare the Python environment
        ▸ recsys  release 1.0.0
        ▸ recsys  promote auto 1 to Production
        ✓ recsys  deployed (<s>)

        1 project deployed to prd in <s>.
        [0]"
      `);
      expect(await stage("1")).toBe("Production");
      expect(await shown(cwd, "deploy -e prd recsys")).toBe(
        "✓ prd is up to date: nothing to change in 1 project.\n[0]",
      );
    });
  });
}

describeWith(mlflow(3), "a project whose model moves on", (part) => {
  const server = useMlflow(part);

  test("keeps the version that it was deployed with until it is deployed again", async () => {
    const { url, register } = server();
    await register("cars", [{ auc: 0.7 }, { auc: 0.85 }]);
    await using workspace = await workspaceAt(url, "cars", ', metrics: { auc: ">=0.6" }');
    const cwd = workspace.path;
    const promote = "model promote recsys -e prd --to Production --version";
    expect(await shown(cwd, `${promote} 1 --yes`)).toMatch(/\[0\]$/);
    expect(await shown(cwd, "deploy -e prd recsys")).toMatch(/\[0\]$/);

    expect(await shown(cwd, `${promote} 2 --yes`)).toMatchInlineSnapshot(`
        "cars
          + version 2  no stage → Production
          - version 1  Production, is archived
        ✓ version 2 of cars is in Production.
          To undo it, in this order:
            esteira model promote recsys --version 1 --to Production -e prd
            esteira model promote recsys --version 2 --to None -e prd
        [0]"
      `);
    expect(await shown(cwd, "plan -e prd --exit-code recsys")).toMatchInlineSnapshot(`
        "recsys <hash>
          ! version 2 of the model cars is in Production now; steps get models:/cars/1 until the project is deployed again,
            which \`--refresh\` does without another change
          = nothing to change

        Plan for prd: nothing to change in 1 project.
        [0]"
      `);
    expect(await shown(cwd, "deploy -e prd --refresh recsys")).toMatchInlineSnapshot(`
        "recsys <hash>
          = snapshot  <snapshot>
          = environment  process  esteira.yaml says so
          = release  recsys 1.0.0
          = schedule  sched-recsys
          ~ model  cars 2  in Production
              version  "1" → "2"

        Plan for prd: 1 to update in 1 project.

        ▸ recsys  copy the project's sources
        ▸ recsys  prepare the Python environment
        ▸ recsys  release 1.0.0
        ✓ recsys  deployed (<s>)

        1 project deployed to prd in <s>.
        [0]"
      `);
    const releases = await esteira(cwd, ["releases", "recsys", "-e", "prd", "--json"]);
    expect(JSON.parse(releases.out)).toMatchObject({
      releases: [{ decided: { model: "2", model_uri: "models:/cars/2" } }],
    });
    expect(await shown(cwd, "model show recsys -e prd")).toMatchInlineSnapshot(`
        "cars

        registry  <mlflow>
        prd  asks for Production
        a deploy takes  ✓ version 2, in Production
        made by  run <run>
        metric  auc 0.85 (>=0.6 ✓)
        steps get  ESTEIRA_MODEL_URI=models:/cars/2

        version  in  registered  run
        ▸ 2  Production  <date> <time>  <run>
          1  Archived  <date> <time>  <run>
        [0]"
      `);
    expect(await shown(cwd, "model compare recsys Archived 2 -e prd")).toMatchInlineSnapshot(`
        "cars  version 1 (Archived) and version 2 (Production)

                   name  1  2  change  must be
        metric  auc  0.7  0.85  +0.15  >=0.6
        parameter  k  5  6  ≠
        [0]"
      `);
    expect(await shown(cwd, "audit recsys -e prd")).toMatchInlineSnapshot(`
      "when  who  did  project  what
      <date> <time>  ana  deploy  recsys
      <date> <time>  ana  promote-model  recsys  cars 2 to Production, in place of 1
      <date> <time>  ana  deploy  recsys
      <date> <time>  ana  promote-model  recsys  cars 1 to Production
      [0]"
    `);
  });
});
