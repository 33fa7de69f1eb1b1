import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";

import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace, pushImage } from "./aws-workspace.ts";
import { steady } from "./workspace.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

describeWith(parts, "the command line on AWS", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  // Two dozen processes, one after the other.
  const wholeCycle = { timeout: 400_000 };
  test(
    "from an empty account to nothing left: bootstrap, deploy, drift, rollback, destroy",
    wholeCycle,
    async () => {
      await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
      const { run } = workspace;

      expect(await run("plan", "-e", "dev", "--no-build")).toEqual({
        code: 4,
        out: "",
        err: `error: could not list s3://esteira-acme-dev-123456789012/esteira/v1/holds/: NoSuchBucket: The specified bucket does not exist
       bootstrap's step \`bucket\` is missing or has changed; an administrator runs \`esteira bootstrap -e dev\``,
      });
      expect(await run("bootstrap", "-e", "dev")).toMatchObject({
        code: 5,
        err: `error: this changes the account's roles and network and there is no terminal to ask on
       Look at the plan, then say so: \`esteira bootstrap -e dev --yes\`.`,
      });
      const made = await run("bootstrap", "-e", "dev", "--yes");
      expect(made).toMatchObject({ code: 0, err: "" });
      expect(steady(made.out)).toContain(
        "\n▸ base layer  create role esteira-acme-dev-scheduler\n",
      );
      expect(steady(made.out)).toMatch(/\n\n1 base layer made in dev in <s>\.$/);
      expect(await run("bootstrap", "-e", "dev")).toEqual({
        code: 0,
        out: "✓ dev has its base layer: nothing to change.",
        err: "",
      });

      const missing = await run("deploy", "-e", "dev", "--no-build");
      expect(missing.code).toBe(1);
      expect(missing.out).toContain(
        `error: the registry of dev has no recsys-1.0.0, and --no-build forbids building it`,
      );
      expect(missing.out).toMatch(/\n\n0 of 1 project deployed to dev in \d+\.\ds, 1 failed\.$/);

      await pushImage(registry.address, "ml", "recsys-1.0.0");
      const planned = await run("plan", "-e", "dev", "--no-build", "--exit-code");
      expect(planned).toMatchObject({ code: 1, err: "" });
      expect(steady(planned.out)).toBe(`recsys <hash>
  = image  recsys-1.0.0  taken as it is in the registry, whatever it was built from
  + log-group  /ecs/recsys
  + log-group  /aws/vendedlogs/states/recsys-workflow
  + cluster  ml-cluster-recsys
  + launch-template  lt-recsys
  + auto-scaling-group  asg-recsys
  + capacity-provider  cp-recsys
  + cluster-capacity  ml-cluster-recsys
  + task-definition  recsys
  + state-machine  recsys-workflow
  + schedule  sched-recsys
  + release  recsys 1.0.0

Plan for dev: 11 to create in 1 project.`);
      const deployed = await run("deploy", "-e", "dev", "--no-build");
      expect(deployed).toMatchObject({ code: 0, err: "" });
      expect(steady(deployed.out)).toMatch(
        /\n▸ recsys {2}create state-machine recsys-workflow\n[^]*\n✓ recsys {2}deployed \(<s>\)\n\n1 project deployed to dev in <s>\.$/,
      );
      const schedules = await run("schedule", "list", "-e", "dev");
      expect(schedules).toMatchObject({ code: 0, err: "" });
      expect(steady(schedules.out)).toMatch(
        /^project {2}cron {2}in words {2}zone {2}next {2}state\nrecsys {2}0 3 \* \* \* {2}Every day at 03:00 {2}UTC {2}\S+ 03:00 {2}in .+ {2}enabled$/,
      );
      expect(await run("up", "-e", "dev")).toEqual({
        code: 5,
        out: "",
        err: "error: the schedules of dev are run by EventBridge Scheduler\n       There they fire by themselves: `esteira schedule list -e dev` shows when.",
      });
      expect(await run("deploy", "-e", "dev")).toEqual({
        code: 0,
        out: "✓ dev is up to date: nothing to change in 1 project.",
        err: "",
      });
      expect(
        await run("plan", "-e", "dev", "--exit-code", "--refresh", "--no-build"),
      ).toMatchObject({ code: 0 });

      await server()
        .clients()
        .logs.send(
          new PutRetentionPolicyCommand({ logGroupName: "/ecs/recsys", retentionInDays: 1 }),
        );
      const drifted = await run("plan", "-e", "dev", "--refresh", "--exit-code", "--no-build");
      expect(drifted.code).toBe(1);
      expect(steady(drifted.out)).toContain(
        "\n  ~ log-group  /ecs/recsys (changed by somebody else)\n",
      );
      expect(await run("deploy", "-e", "dev", "--refresh", "--no-build")).toMatchObject({
        code: 0,
      });
      expect(
        await run("plan", "-e", "dev", "--refresh", "--exit-code", "--no-build"),
      ).toMatchObject({ code: 0 });

      await pushImage(registry.address, "ml", "recsys-1.1.0");
      const config = "src/projects/recsys/config.yaml";
      await workspace.change(config, '"1.0.0"', '"1.1.0"');
      const saved = await run("plan", "-e", "dev", "--no-build", "--out", "dev.plan");
      expect(saved.out.split("\n").slice(-2)).toEqual([
        "Saved as dev.plan. To apply just this:",
        "  $ esteira deploy --plan dev.plan -e dev",
      ]);
      const applied = await run("deploy", "--plan", "dev.plan", "--no-build");
      expect(applied).toMatchObject({ code: 0, err: "" });
      expect(await run("deploy", "--plan", "dev.plan", "--no-build")).toEqual({
        code: 5,
        out: "",
        err: `error: the environment dev has changed since the plan was made: recsys
       plan again with \`esteira plan -e dev\`, and apply that`,
      });

      const listed = await run("releases", "recsys", "-e", "dev");
      expect(steady(listed.out)).toBe(`version  release  deployed  by
▸ 1.1.0  <hash>  <date> <time>  user/moto (ana)  deployed now
  1.0.0  <hash>  <date> <time>  user/moto (ana)`);
      const back = await run("rollback", "recsys", "-e", "dev", "--reason", "bad scores");
      expect(back).toMatchObject({ code: 0, err: "" });
      expect(steady(back.out)).toMatch(/\n\n1 project rolled back in dev in <s>\.\nDeploys leave/);
      const held = await run("deploy", "-e", "dev", "--no-build");
      expect(held.code).toBe(0);
      expect(held.out).toMatch(
        /! held: rolled back from 1\.1\.0 on \d{4}-\d\d-\d\d by user\/moto \(ana\): bad scores; it is deployed again when its config or\n {4}sources change\n/,
      );
      const { releases } = JSON.parse(
        (await run("releases", "recsys", "-e", "dev", "--json")).out,
      ) as { releases: object[] };
      expect(releases).toMatchObject([
        {
          version: "1.1.0",
          current: false,
          rejected: true,
          actor: "arn:aws:sts::123456789012:user/moto (ana)",
        },
        { version: "1.0.0", current: true, rejected: false },
      ]);

      expect(await run("gc", "-e", "dev")).toMatchObject({
        code: 0,
        out: "✓ Nothing in dev can go.",
      });
      const audited = JSON.parse((await run("audit", "-e", "dev", "--json")).out) as {
        entries: { action: string; actor: string; outcome: string; reason?: string }[];
      };
      expect(audited.entries[0]).toMatchObject({
        actor: "arn:aws:sts::123456789012:user/moto (ana)",
        reason: "bad scores",
      });
      expect((await run("status", "-e", "dev")).out).toMatch(
        /\n\n! recsys is held: rolled back from 1\.1\.0 on .* by user\/moto \(ana\): bad scores;/,
      );
      expect(audited.entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
        "rollback succeeded",
        "deploy succeeded",
        "deploy succeeded",
        "deploy succeeded",
        "deploy failed",
        "bootstrap succeeded",
      ]);

      expect(await run("destroy", "recsys", "-e", "dev")).toMatchObject({
        code: 5,
        err: `error: this removes something and there is no terminal to ask on
       Look at the plan, then say so: \`esteira destroy recsys -e dev --yes\`.`,
      });
      const destroyed = await run("destroy", "recsys", "-e", "dev", "--yes");
      expect(destroyed).toMatchObject({ code: 0, err: "" });
      expect(steady(destroyed.out)).toMatch(/\n\n1 project removed from dev in <s>\.$/);
      expect(await run("destroy", "-e", "dev", "--yes")).toEqual({
        code: 0,
        out: "Nothing is deployed to dev.",
        err: "",
      });

      const bucket = "esteira-acme-dev-123456789012";
      expect(await run("destroy", "-e", "dev", "--bucket", "esteira-acme-prd")).toEqual({
        code: 5,
        out: "",
        err: `error: the bucket of dev is ${bucket}, not esteira-acme-prd
       Nothing was changed. Name the bucket that is to go.`,
      });
      expect(await run("destroy", "recsys", "-e", "dev", "--bucket", bucket)).toMatchObject({
        code: 2,
        err: `error: --bucket is for a whole environment, and here are names of projects
       Leave the names out, or the bucket.`,
      });
      expect(await run("destroy", "recsys", "-e", "local", "--logs")).toMatchObject({
        code: 5,
        err: `error: --logs is for environments on AWS, and local is on this machine
       What runs leave here is below \`.esteira/\`: delete what you don't need of it.`,
      });
      const asked = await run("destroy", "-e", "dev", "--logs", "--bucket", bucket);
      expect(asked).toEqual({
        code: 5,
        out: `recsys
  - log-group  /ecs/recsys
  - log-group  /aws/vendedlogs/states/recsys-workflow  images are kept

base layer
  - bucket  ${bucket}  artifacts, releases, the ledger and the audit trail, in all versions

Plan for dev: 3 to remove in 1 project and the base layer.
`,
        err: `error: this removes something and there is no terminal to ask on
       Look at the plan, then say so: \`esteira destroy --logs --bucket ${bucket} -e dev --yes\`.`,
      });
      const gone = await run("destroy", "-e", "dev", "--logs", "--bucket", bucket, "--yes");
      expect(gone).toMatchObject({ code: 0, err: "" });
      expect(steady(gone.out)).toMatch(/\n\n2 parts removed from dev in <s>\.$/);
      expect((await server().clients().s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
    },
  );

  test("a project that fails doesn't stop the others; adopting shows, asks and takes over", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["churn", "recsys"]);
    const { run } = workspace;
    await run("bootstrap", "-e", "dev", "--yes");
    await pushImage(registry.address, "ml", "churn-1.0.0");
    await pushImage(registry.address, "ml", "recsys-1.0.0");
    await server()
      .clients()
      .ecs.send(new CreateClusterCommand({ clusterName: "ml-cluster-recsys" }));
    const deployed = await run("deploy", "-e", "dev", "--no-build");
    expect(deployed).toMatchObject({ code: 1, err: "" });
    expect(steady(deployed.out)).toMatch(
      /\n✓ churn {2}deployed \(<s>\)\n\nerror: cluster ml-cluster-recsys exists and isn't Esteira's\n[^]*\n\n1 of 2 projects deployed to dev in <s>, 1 failed\.$/,
    );
    const asked = await run("deploy", "-e", "dev", "--no-build", "--adopt");
    expect(asked.out).toContain("is not Esteira's yet, and is taken over");
    expect(asked).toMatchObject({
      code: 5,
      err: `error: this takes over what is there and there is no terminal to ask on
       Look at the plan, then say so: \`esteira deploy --adopt -e dev --yes\`.`,
    });
    const adopted = await run("deploy", "-e", "dev", "--no-build", "--adopt", "--yes");
    expect(adopted).toMatchObject({ code: 0, err: "" });
    expect(steady(adopted.out)).toMatch(/\n\n1 project deployed to dev in <s>, 1 unchanged\.$/);
  });
});
