import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { acquireLease } from "../../src/aws/bucket/lease.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { openAwsPlatform } from "../../src/aws/platform.ts";
import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { environmentName, projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import {
  apply,
  bootstrapped,
  deploy,
  environmentAround,
  planned,
  recordedImages,
  recsys,
  changeLines,
  workspaceWith,
} from "./deploy-fixture.ts";
import { awsEnvironment } from "./rig/context.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "what a deploy refuses, and how it fails", (part) => {
  const server = useMoto(part);

  test("two environments whose resources have the same names", async () => {
    const dev = awsEnvironment();
    const prd = awsEnvironment({ name: environmentName("prd") });
    const options = {
      environment: prd,
      clients: server().clients(),
      timing: { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 },
      images: recordedImages,
    };
    expect(await openAwsPlatform({ ...options, workspace: workspaceWith(dev, prd) })).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message:
          "prd and dev are both in account 123456789012, us-east-1, and their resources have the same names",
        help: 'give one of them a `suffix` in esteira.yaml, such as `suffix: "-prd"`',
      },
    });
    const apart = { ...prd, suffix: "-prd" };
    const opened = await openAwsPlatform({
      ...options,
      environment: apart,
      workspace: workspaceWith(dev, apart),
    });
    expect(opened.ok).toBe(true);
  });

  test("an account without the base layer", async () => {
    const environment = environmentAround(await contextInNetwork(server().clients()));
    const platform = await environment.open();
    const release = environment.release(recsys());
    const plan = await platform.plan([release], { known: [release.release.project] });
    expect(plan).toMatchObject({
      ok: false,
      error: {
        help: expect.stringContaining("an administrator runs `esteira bootstrap -e dev`") as string,
      },
    });
  });

  test("a project that fails doesn't stop the others, and says at which resource and in whose words", async () => {
    const environment = await bootstrapped(server());
    const clients = intercept(server().clients(), ({ operation, input }) => {
      if (operation !== "CreateStateMachine" || input["name"] !== "bad-workflow") return undefined;
      throw Object.assign(
        new Error("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED'"),
        {
          name: "InvalidDefinition",
          $metadata: { httpStatusCode: 400 },
        },
      );
    });
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open();
    const releases = ["bad", "good"].map((name) =>
      around.release(recsys({ name: projectName(name) })),
    );

    const { summary, events } = await deploy(platform, releases);

    expect(summary.projects).toEqual([
      {
        project: "bad",
        outcome: "failed",
        error: {
          reason: "invalid",
          message:
            "could not create the state machine bad-workflow: InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED'",
          resource: "state-machine bad-workflow",
        },
      },
      { project: "good", outcome: "changed" },
    ]);
    expect(
      events
        .filter((event) => event.kind === "project-finished")
        .map(({ project, outcome }) => [project, outcome]),
    ).toEqual(
      expect.arrayContaining([
        ["bad", "failed"],
        ["good", "changed"],
      ]),
    );
    const fixed = await environment.open({ images: () => around.images });
    expect(changeLines(await planned(fixed, releases), "bad")).toEqual([
      "create state-machine bad-workflow",
      "create schedule sched-bad",
      "create release bad 1.0.0",
    ]);
  });

  test("a deploy while somebody else deploys: it waits, or says who it is", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const release = environment.release(recsys());
    // A lease lives by the bucket's clock as well, which nobody hurries.
    const impatient = await environment.open({ leaseWaitMs: 0, timing: systemTiming });
    const plan = await planned(impatient, [release]);
    const lease = unwrap(
      await acquireLease(bucketStore(context), {
        actor: "bruno",
        purpose: "deploy",
        timing: systemTiming,
        waitMs: 0,
      }),
    );
    const refused = await impatient.apply(plan, [release], {
      actor: "ana",
      listener: () => undefined,
    });
    expect(refused).toMatchObject({ ok: false, error: { reason: "conflict" } });
    expect(refused.ok ? "" : refused.error.message).toMatch(
      /^bruno holds the environment's lease since .*Z \(deploy\)$/,
    );
    unwrap(await lease.release());

    // Nothing has changed in the account meanwhile, so the plan still holds.
    expect((await apply(impatient, plan)).summary.projects).toEqual([
      { project: "recsys", outcome: "changed" },
    ]);
  });

  test("a saved plan does exactly what it says, or nothing", async () => {
    const environment = await bootstrapped(server());
    const release = environment.release(recsys());
    await deploy(await environment.open(), [release]);
    const changed = environment.release(recsys({ description: "other" }));
    const planner = await environment.open();
    const text = JSON.stringify(planner.savedPlans.save(await planned(planner, [changed])));
    const saved = () => JSON.parse(text) as NonNullable<ReturnType<typeof planner.savedPlans.save>>;

    const other = await environment.open();
    expect(await other.savedPlans.open(saved(), [release])).toMatchObject({
      ok: false,
      error: { message: "the sources have changed since the plan was made: recsys" },
    });
    const { autoScaling } = environment.context.clients;
    const group = { AutoScalingGroupName: "asg-recsys" };
    await autoScaling.send(new UpdateAutoScalingGroupCommand({ ...group, MaxSize: 3 }));
    expect(await other.savedPlans.open(saved(), [changed])).toMatchObject({
      ok: false,
      error: {
        reason: "conflict",
        message: "the environment dev has changed since the plan was made: recsys",
      },
    });

    await deploy(await environment.open(), [release], { refresh: true });
    const again = await environment.open();
    const reopened = JSON.parse(
      JSON.stringify(again.savedPlans.save(await planned(again, [changed]))),
    ) as ReturnType<typeof saved>;
    const plan = unwrap(await other.savedPlans.open(reopened, [changed]));
    expect(changeLines(plan)).toEqual(["update release recsys 1.0.0: description, fingerprint"]);
    expect((await apply(other, plan, [changed])).summary.projects).toEqual([
      { project: "recsys", outcome: "changed" },
    ]);
  });

  test("a secret that doesn't exist; with it, the step gets it by its full ARN", async () => {
    const environment = await bootstrapped(server());
    const { secrets, ecs } = environment.context.clients;
    const platform = await environment.open();
    const project = recsys();
    const release = environment.release({
      ...project,
      runtime: {
        ...project.runtime,
        secrets: {
          DB_PASSWORD: { source: "secretsmanager", name: "db", key: "password" },
          TOKEN: { source: "ssm", name: "token" },
        },
      },
    });

    const { plan, summary } = await deploy(platform, [release]);
    expect(plan.projects[0]?.warnings).toEqual([
      "the secret /esteira/dev/recsys/db of DB_PASSWORD doesn't exist; make it with `aws secretsmanager create-secret --name /esteira/dev/recsys/db --secret-string …`",
    ]);
    expect(summary.projects[0]?.error?.resource).toBe("task-definition recsys");

    const { ARN } = await secrets.send(
      new CreateSecretCommand({ Name: "/esteira/dev/recsys/db", SecretString: "{}" }),
    );
    expect((await deploy(platform, [release])).summary.projects[0]?.outcome).toBe("changed");
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "recsys" }),
    );
    expect(taskDefinition?.containerDefinitions?.[0]?.secrets).toEqual([
      { name: "DB_PASSWORD", valueFrom: `${ARN}:password::` },
      {
        name: "TOKEN",
        valueFrom: "arn:aws:ssm:us-east-1:123456789012:parameter/esteira/dev/recsys/token",
      },
    ]);
  });

  test("verify says what is missing, each with its remedy", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const project = recsys();
    const checks = unwrap(
      await platform.verification.verify([
        environment.release({
          ...project,
          runtime: { ...project.runtime, secrets: { TOKEN: { source: "ssm", name: "token" } } },
          compute: { ...project.compute, instanceTypes: ["t3.small"] },
        }),
      ]),
    );
    // The emulator's own network has no way out.
    const [network, ...others] = checks.filter(
      ({ outcome, subject }, index) =>
        outcome !== "passed" &&
        (subject !== "network" ||
          checks.findIndex((check) => check.subject === "network") === index),
    );
    expect(network).toEqual({
      project: undefined,
      subject: "network",
      outcome: "failed",
      message: expect.stringMatching(
        /^instances in subnet-\w+ can't reach ecs, ecs-agent, ecs-telemetry, ecr\.api, ecr\.dkr, s3, logs, ssm: they would never join their cluster$/,
      ) as string,
      help: "give the subnet a NAT gateway, let it assign public addresses, or make VPC endpoints for these",
    });
    expect(others).toMatchInlineSnapshot(`
      [
        {
          "help": "a deploy does that",
          "message": "recsys-1.0.0 is not in the registry yet: will be built from src/projects/recsys",
          "outcome": "warning",
          "project": "recsys",
          "subject": "image",
        },
        {
          "help": "make it with \`esteira secrets set TOKEN --project recsys -e dev\`",
          "message": "TOKEN: there is no /esteira/dev/recsys/token",
          "outcome": "failed",
          "project": "recsys",
          "subject": "secrets",
        },
        {
          "help": "instances start in the other zones only",
          "message": "t3.small is not offered in us-east-1e",
          "outcome": "warning",
          "project": "recsys",
          "subject": "instances",
        },
        {
          "help": "choose a larger type, or let the step ask for less",
          "message": "the largest step asks t3.small for 8192 MiB of the 1648 MiB that ECS can count on: it would wait for ever",
          "outcome": "failed",
          "project": "recsys",
          "subject": "instances",
        },
      ]
    `);
    expect(
      checks.filter(({ outcome }) => outcome === "passed").map(({ subject }) => subject),
    ).toContain("bootstrap");
  });
});
