import { afterAll, beforeAll, expect, test } from "vitest";

import { actorText } from "../../src/core/actor.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { mlflow, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace, pushImage } from "./aws-workspace.ts";
import { steady } from "./workspace.ts";

const program = await registryProgram();
const emulator = moto();
const tracking = mlflow(2);
const parts =
  "missing" in program
    ? program
    : "missing" in emulator
      ? emulator
      : "missing" in tracking
        ? tracking
        : { program, emulator, tracking };

describeWith(parts, "models and the command line on AWS", (found) => {
  const aws = useMoto(() => found().emulator);
  const models = useMlflow(() => found().tracking);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  test("a saved plan holds while the registry says the same; promoting is audited in the account", async () => {
    const { url, register } = models();
    await register("recsys", [{}, {}]);
    await using workspace = await awsWorkspace(aws(), registry.address, ["recsys"]);
    const { run, change } = workspace;
    await change(
      "esteira.yaml",
      "schedules:",
      `mlflow: { tracking_uri: "${url}" }\n    schedules:`,
    );
    await change("src/projects/recsys/config.yaml", "model: { required: false }", "");
    await pushImage(registry.address, "ml", "recsys-1.0.0");
    const promote = ["model", "promote", "recsys", "-e", "dev", "--yes", "--version"];
    const failed = await run(...promote, "1", "--to", "Archived");
    expect(failed.err).toMatch(
      /^error: version 1 of recsys is in Archived now, and the audit trail of dev could not be written: could not write s3:.*NoSuchBucket/,
    );
    expect(await run("bootstrap", "-e", "dev", "--yes")).toMatchObject({ code: 0 });

    expect(await run(...promote, "1", "--to", "Staging")).toMatchObject({ code: 0, err: "" });
    const saved = await run("plan", "-e", "dev", "--no-build", "--out", "dev.plan");
    expect(steady(saved.out)).toContain("\n  + model  recsys 1  in Staging\n");

    expect(await run(...promote, "2", "--to", "Production")).toMatchObject({ code: 0, err: "" });
    expect(await run("deploy", "--plan", "dev.plan", "--no-build")).toEqual({
      code: 5,
      out: "",
      err: `error: the model registry says something else since the plan was made, of recsys
       Plan again with \`esteira plan -e dev\`, and apply that.`,
    });
    // Nor does a file that says nothing of models spare anybody the gate.
    await change("dev.plan", '"models"', '"without"');
    const { code, err } = await run("deploy", "--plan", "dev.plan", "--no-build");
    expect([code, err.split("\n")[0]]).toEqual([
      5,
      "error: the model registry says something else since the plan was made, of recsys",
    ]);
    await change("dev.plan", '"without"', '"models"');
    const undone = ["2", "--to", "None"];
    expect(await run(...promote, ...undone)).toMatchObject({ code: 0, err: "" });
    expect(await run("deploy", "--plan", "dev.plan", "--no-build")).toMatchObject({
      code: 0,
      err: "",
    });
    const releases = await run("releases", "recsys", "-e", "dev", "--json");
    expect(JSON.parse(releases.out)).toMatchObject({
      releases: [{ decided: { model: "1", model_uri: "models:/recsys/1" } }],
    });
    const audit = await run("audit", "recsys", "-e", "dev", "--json");
    const { entries } = JSON.parse(audit.out) as {
      entries: readonly {
        readonly action: string;
        readonly actor: string;
        readonly subject?: string;
      }[];
    };
    expect(
      entries.map(({ action, actor, subject }) =>
        [action, actorText(actor), subject].join(" ").trim(),
      ),
    ).toEqual([
      "deploy user/moto (ana)",
      "promote-model user/moto (ana) recsys 2 to None",
      "promote-model user/moto (ana) recsys 2 to Production",
      "promote-model user/moto (ana) recsys 1 to Staging",
    ]);
  });

  test("a version that comes after the first deploy is a change by itself", async () => {
    const { url, register } = models();
    await register("late", [{}]);
    await using workspace = await awsWorkspace(aws(), registry.address, ["late"]);
    const { run, change } = workspace;
    const gate = (word: string): string => `mlflow: { tracking_uri: "${url}", gate: ${word} }`;
    await change("esteira.yaml", "schedules:", `${gate("off")}\n    schedules:`);
    await change("src/projects/late/config.yaml", "model: { required: false }", "");
    await pushImage(registry.address, "ml", "late-1.0.0");
    expect(await run("bootstrap", "-e", "dev", "--yes")).toMatchObject({ code: 0 });
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    await change("esteira.yaml", gate("off"), gate("enforce"));
    const promote = ["model", "promote", "late", "--version", "1", "--to", "Staging", "-e", "dev"];
    expect(await run(...promote, "--yes")).toMatchObject({ code: 0, err: "" });
    const planned = await run("plan", "-e", "dev", "--no-build");
    expect(steady(planned.out)).toContain(
      '\n  ~ model  late 1  in Staging\n      version  null → "1"\n',
    );
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0, err: "" });
    const releases = await run("releases", "late", "-e", "dev", "--json");
    expect(JSON.parse(releases.out)).toMatchObject({
      releases: [{ decided: { model: "1", model_uri: "models:/late/1" } }],
    });
    const again = await run("plan", "-e", "dev", "--no-build");
    expect(again.out).toContain("nothing to change in 1 project");
  });
});
