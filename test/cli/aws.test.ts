import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
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
▸ 1.1.0  <hash>  <date> <time>  ana  deployed now
  1.0.0  <hash>  <date> <time>  ana`);
      const back = await run("rollback", "recsys", "-e", "dev", "--reason", "bad scores");
      expect(back).toMatchObject({ code: 0, err: "" });
      expect(steady(back.out)).toMatch(/\n\n1 project rolled back in dev in <s>\.\nDeploys leave/);
      const held = await run("deploy", "-e", "dev", "--no-build");
      expect(held.code).toBe(0);
      expect(held.out).toMatch(
        /! held: rolled back from 1\.1\.0 on \d{4}-\d\d-\d\d by ana: bad scores; a changed release/,
      );
      const { releases } = JSON.parse(
        (await run("releases", "recsys", "-e", "dev", "--json")).out,
      ) as { releases: object[] };
      expect(releases).toMatchObject([
        { version: "1.1.0", current: false, rejected: true, actor: "ana" },
        { version: "1.0.0", current: true, rejected: false },
      ]);

      expect(await run("gc", "-e", "dev")).toMatchObject({
        code: 0,
        out: "✓ Nothing in dev can go.",
      });
      const audited = JSON.parse((await run("audit", "-e", "dev", "--json")).out) as {
        entries: { action: string; actor: string; outcome: string }[];
      };
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

  test("what can be known before any write is said before it, in one message", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run, runWith, change } = workspace;

    expect(await runWith({}, "plan", "-e", "dev")).toEqual({
      code: 6,
      out: "",
      err: `error: could not ask AWS in us-east-1 who the credentials belong to: there are no AWS credentials (Could not load credentials from any providers)
       set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with \`aws sso login\``,
    });
    expect(await run("runs", "-e", "dev")).toEqual({
      code: 0,
      out: "Nothing has run in dev yet.",
      err: "",
    });
    await change("esteira.yaml", '"123456789012"', '"111111111111"');
    expect(await run("deploy", "-e", "dev")).toEqual({
      code: 5,
      out: "",
      err: `error: the credentials belong to account 123456789012 (arn:aws:sts::123456789012:user/moto), environment dev is account 111111111111
       use credentials of account 111111111111, or correct \`account_id\` of dev in esteira.yaml`,
    });
    expect(await run("bootstrap", "-e", "dev", "--json")).toMatchObject({ code: 5, err: "" });
    await change("esteira.yaml", server().url, "http://127.0.0.1:9");
    expect(await run("deploy", "-e", "dev")).toEqual({
      code: 6,
      out: "",
      err: `error: could not ask AWS in us-east-1 who the credentials belong to: the endpoint can't be reached (connect ECONNREFUSED 127.0.0.1:9)
       check \`region\` and \`endpoint_url\` of the environment in esteira.yaml, and the network`,
    });
  });

  test("policies are printed without credentials, as documents that each fit", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { runWith } = workspace;
    const plan = await runWith({}, "iam", "plan-policy", "-e", "dev");
    expect(plan).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(plan.out)).toMatchObject({ Version: "2012-10-17" });
    const deploy = await runWith({}, "iam", "deploy-policy", "-e", "dev", "--json");
    const { documents } = JSON.parse(deploy.out) as { documents: object[] };
    expect(documents.length).toBeGreaterThan(1);
    for (const document of documents) {
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    expect(await runWith({}, "iam", "deploy-policy", "-e", "dev")).toMatchObject({
      code: 0,
      err: `These are ${documents.length} documents, because AWS limits a managed policy to 6,144 characters: attach all of them.`,
    });
  });

  test("verify is a checklist; a failed check fails the command", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run } = workspace;
    const bare = await run("verify", "-e", "dev");
    expect(bare.code).toBe(1);
    expect(bare.out.split("\n")[1]).toMatch(
      /^ {2}✗ bootstrap {2}environment dev has no base layer/,
    );
    expect(bare.out).toMatch(/\n\n✗ \d+ of \d+ checks failed(, \d+ warnings?)?\.$/);
    await run("bootstrap", "-e", "dev", "--yes");
    const { checks } = JSON.parse((await run("verify", "-e", "dev", "--json")).out) as {
      checks: { subject: string; outcome: string; message: string }[];
    };
    expect(checks[0]).toMatchObject({
      subject: "bootstrap",
      outcome: "passed",
      message: "the base layer is there",
    });
  });

  test("a file that is no plan is not applied", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run, path } = workspace;
    expect(await run("deploy", "--plan", "none.plan")).toEqual({
      code: 4,
      out: "",
      err: "error: there is no file none.plan\n       `esteira plan -e ENV --out none.plan` writes one.",
    });
    expect(await run("deploy", "--plan", "esteira.yaml")).toMatchObject({
      code: 3,
      err: "error: esteira.yaml is no plan that this version of Esteira has saved\n       Plan again: `esteira plan -e ENV --out esteira.yaml`.",
    });
    expect(await run("plan", "-e", "local", "--out", "local.plan")).toMatchObject({ code: 5 });
    await expect(readFile(join(path, "local.plan"))).rejects.toThrow("ENOENT");
  });
});
