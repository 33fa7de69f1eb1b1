import { rename } from "node:fs/promises";
import { join } from "node:path";

import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, expect, test } from "vitest";

import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { gitIn } from "../governance/repository.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace, pushImage, type AwsWorkspace } from "./aws-workspace.ts";
import { temporaryFolder } from "./cli.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

describeWith(parts, "projects that a checkout lacks, on AWS", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  /** Two projects in Git, both deployed with an enabled schedule. */
  async function deployed(): Promise<AwsWorkspace> {
    const workspace = await awsWorkspace(server(), registry.address, ["churn", "recsys"]);
    const { path, run } = workspace;
    await gitIn(path, "init", "--quiet");
    await gitIn(path, "add", "--all");
    await gitIn(path, "commit", "--quiet", "--message", "Two projects");
    expect(await run("bootstrap", "-e", "dev", "--yes")).toMatchObject({ code: 0 });
    for (const name of ["churn", "recsys"]) {
      await pushImage(registry.address, "ml", `${name}-1.0.0`);
    }
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    expect(await states()).toEqual(["ENABLED", "ENABLED"]);
    return workspace;
  }

  /** As EventBridge has them: of churn and of recsys. */
  const states = () =>
    Promise.all(
      ["churn", "recsys"].map(async (name) => {
        const { scheduler } = server().clients();
        return (await scheduler.send(new GetScheduleCommand({ Name: `sched-${name}` }))).State;
      }),
    );

  test("a submodule that isn't checked out: an error, and the schedule stays as it is", async () => {
    await using workspace = await deployed();
    const { path, run } = workspace;
    await using library = await temporaryFolder();
    const churn = join(library.path, "churn");
    await rename(join(path, "src/projects/churn"), churn);
    await gitIn(churn, "init", "--quiet");
    await gitIn(churn, "add", "--all");
    await gitIn(churn, "commit", "--quiet", "--message", "Churn");
    await gitIn(path, "rm", "-r", "--quiet", "--cached", "src/projects/churn");
    const local = ["-c", "protocol.file.allow=always"];
    await gitIn(path, ...local, "submodule", "--quiet", "add", churn, "src/projects/churn");
    await gitIn(path, "commit", "--quiet", "--message", "Churn is a separate repository");
    await gitIn(path, "submodule", "--quiet", "deinit", "--force", "src/projects/churn");

    for (const more of [[], ["--prune", "--yes"]]) {
      const { code, err } = await run("deploy", "-e", "dev", "--no-build", ...more);
      expect(code).not.toBe(0);
      expect(err).toContain("git submodule update --init src/projects/churn");
      expect(await states()).toEqual(["ENABLED", "ENABLED"]);
    }
    await gitIn(path, ...local, "submodule", "--quiet", "update", "--init", "src/projects/churn");
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    expect(await states()).toEqual(["ENABLED", "ENABLED"]);
  });

  test("what a sparse checkout leaves out stays as it is, until Git removes it", async () => {
    await using workspace = await deployed();
    const { path, run } = workspace;
    await gitIn(path, "sparse-checkout", "set", "src/projects/recsys");
    for (const more of [[], ["--prune", "--yes"]]) {
      const { code, err } = await run("deploy", "-e", "dev", "--no-build", ...more);
      expect(code).toBe(0);
      expect(err).toContain("src/projects/churn is in Git and not on this disk");
      expect(await states()).toEqual(["ENABLED", "ENABLED"]);
    }
    await gitIn(path, "rm", "-r", "--quiet", "--sparse", "src/projects/churn");
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    expect(await states()).toEqual(["DISABLED", "ENABLED"]);
  });
});
