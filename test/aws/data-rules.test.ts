import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";

import { deployPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { putTrigger, readTriggers } from "../../src/aws/bucket/triggers.ts";
import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { on, orders, releaseOf } from "./data-fixture.ts";
import {
  apply,
  bootstrapped,
  changeLines,
  deploy,
  environmentAround,
  planned,
  type TestEnvironment,
} from "./deploy-fixture.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { missingRights } from "./rig/rights.ts";
import { unwrap } from "./rig/unwrap.ts";

const bucketRuleName = "esteira-acme-dev-on-d769e7f523";
const clockRule = "esteira-acme-dev-on-clock";

describeWith(moto(), "projects that objects start", (part) => {
  const server = useMoto(part);

  const rules = async ({ context }: TestEnvironment): Promise<Record<string, unknown>> => {
    const { eventBridge } = context.clients;
    const listed = await eventBridge.send(
      new ListRulesCommand({ NamePrefix: "esteira-acme-dev-on-" }),
    );
    return Object.fromEntries(
      (listed.Rules ?? []).map(({ Name = "", EventPattern, ScheduleExpression, State }) => [
        Name,
        State === "ENABLED"
          ? (ScheduleExpression ?? (JSON.parse(EventPattern ?? "{}") as unknown))
          : State,
      ]),
    );
  };
  const pattern = (...prefixes: string[]) => ({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: ["acme-in"] },
      object: { key: prefixes.map((prefix) => ({ prefix })) },
    },
  });

  test("a bucket has one rule for all of them, which goes with the last; within the rights of deploys", async () => {
    const environment = await bootstrapped(server());
    const { context, workspace } = environment;
    const scores = releaseOf(environment, "scores", on(orders));
    const calls: Call[] = [];
    const watched = environmentAround({ ...context, clients: record(server().clients(), calls) });
    const platform = await watched.open();

    const plan = await planned(platform, [scores]);
    const changes = plan.projects[0]?.changes.filter(({ kind }) => kind === "rule");
    expect(changes).toEqual([
      {
        kind: "rule",
        name: bucketRuleName,
        action: "create",
        fields: [],
        drift: false,
        note: "Esteira: objects arrive in acme-in for dev",
      },
      {
        kind: "rule",
        name: clockRule,
        action: "create",
        fields: [],
        drift: false,
        note: "Esteira: looks each minute at what has arrived for dev",
      },
    ]);
    const { events } = await apply(platform, plan, [scores]);
    expect(events.flatMap((one) => (one.kind === "step-started" ? [one.resource] : []))).toContain(
      `rule ${bucketRuleName}`,
    );
    expect(await rules(environment)).toEqual({
      [bucketRuleName]: pattern("orders/"),
      [clockRule]: "rate(1 minute)",
    });
    const { Targets } = await context.clients.eventBridge.send(
      new ListTargetsByRuleCommand({ Rule: bucketRuleName }),
    );
    expect(Targets?.map(({ Id, Arn }) => [Id, Arn?.split(":").at(-1)])).toEqual([
      ["notifier", "esteira-acme-dev-notifier"],
    ]);
    const { Policy } = await context.clients.lambda.send(
      new GetPolicyCommand({ FunctionName: "esteira-acme-dev-notifier" }),
    );
    expect(Policy).toContain("arn:aws:events:us-east-1:123456789012:rule/esteira-acme-dev-on-*");
    // Nothing to do; what the fast look can't see is seen by the closer one.
    expect(changeLines(await planned(platform, [scores]), "scores")).toEqual([]);
    expect(changeLines(await planned(platform, [scores], { refresh: true }), "scores")).toEqual([]);

    // A second project needs the same rule, with its own keys.
    const sales = releaseOf(
      environment,
      "sales",
      on({ source: "s3://acme-in/sales/", debounceSeconds: 300 }),
    );
    const both = [scores, sales];
    await deploy(platform, both);
    expect(await rules(environment)).toEqual({
      [bucketRuleName]: pattern("orders/", "sales/"),
      [clockRule]: "rate(1 minute)",
    });
    const elsewhere = releaseOf(environment, "scores", on({ source: "s3://acme-raw/x/*" }));
    const moved = await deploy(platform, [elsewhere, sales]);
    expect(changeLines(moved.plan, "scores").filter((line) => line.includes(" rule "))).toEqual([
      "create rule esteira-acme-dev-on-7fd7e39aa7",
      `update rule ${bucketRuleName}: pattern.detail.object.key`,
    ]);
    expect(Object.keys(await rules(environment)).length).toBe(3);
    expect((await rules(environment))[bucketRuleName]).toEqual(pattern("sales/"));

    // The one goes by its config, the other with its project.
    const clocked = releaseOf(environment, "scores", on(undefined));
    await deploy(platform, [clocked, sales]);
    expect(Object.keys(await rules(environment)).toSorted()).toEqual(
      [clockRule, bucketRuleName].toSorted(),
    );
    const destroying = unwrap(await platform.planDestroy([projectName("sales")]));
    expect(changeLines(destroying, "sales").slice(0, 2)).toEqual([
      `remove rule ${bucketRuleName}`,
      `remove rule ${clockRule}`,
    ]);
    await apply(platform, destroying);
    expect(await rules(environment)).toEqual({});
    expect(unwrap(await readTriggers(bucketStore(context)))).toEqual([]);

    const scope = policyScope({
      workspace: workspace.name,
      partition: "aws",
      environment: context.environment,
    });
    const asked = calls.filter(
      ({ service, input }) =>
        service === "events" || JSON.stringify(input["Key"] ?? "").includes("triggers/"),
    );
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(
      new Set([
        "DescribeRule",
        "ListTagsForResource",
        "ListTargetsByRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "DeleteRule",
        "GetObject",
        "PutObject",
        "DeleteObject",
      ]),
    );
    expect(missingRights(deployPolicy(scope), asked)).toEqual([]);
  }, 120_000);

  test("what somebody has done to a rule is put back, and what a dead deploy has left goes with gc", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const { eventBridge } = context.clients;
    const scores = releaseOf(environment, "scores", on(orders));
    const platform = await environment.open();
    await deploy(platform, [scores]);

    await eventBridge.send(new DisableRuleCommand({ Name: bucketRuleName }));
    expect(changeLines((await deploy(platform, [scores])).plan, "scores")).toEqual([
      `update rule ${bucketRuleName}: enabled`,
    ]);
    await eventBridge.send(new RemoveTargetsCommand({ Rule: clockRule, Ids: ["notifier"] }));
    await eventBridge.send(new DeleteRuleCommand({ Name: clockRule }));
    expect(changeLines((await deploy(platform, [scores])).plan, "scores")).toEqual([
      `create rule ${clockRule}`,
    ]);
    expect(Object.keys(await rules(environment)).toSorted()).toEqual(
      [clockRule, bucketRuleName].toSorted(),
    );

    // Disabled by its config, it needs none; by hand, it keeps them.
    unwrap(await platform.disableSchedule(projectName("scores"), { actor: "ana" }));
    expect(changeLines(await planned(platform, [scores]), "scores")).toEqual([]);
    const store = bucketStore(context);
    unwrap(
      await putTrigger(store, {
        bucket: "acme-in",
        project: "gone",
        sources: ["s3://acme-in/"],
        debounced: false,
      }),
    );
    const options = { keep: 5, actor: "ana" } as const;
    const stale = [{ project: "gone", kind: "rule", name: `${bucketRuleName} (acme-in)` }];
    const would = await platform.garbage.collect([], { ...options, dryRun: true });
    expect(unwrap(would)).toEqual(stale);
    expect(unwrap(await platform.garbage.collect([], { ...options, dryRun: false }))).toEqual(
      stale,
    );
    expect(unwrap(await readTriggers(store)).map(({ project }) => project)).toEqual(["scores"]);
    const off = releaseOf(environment, "scores", on(orders, { enabled: false }));
    await deploy(platform, [off]);
    expect(await rules(environment)).toEqual({});
    await expect(
      eventBridge.send(new DescribeRuleCommand({ Name: bucketRuleName })),
    ).rejects.toThrow("does not exist");
  }, 120_000);

  test("a project that would start itself by what it leaves in the environment's bucket isn't deployed", async () => {
    const environment = await bootstrapped(server());
    const source = "s3://esteira-acme-dev-123456789012/artifacts/*/*/*.csv";
    const scores = releaseOf(environment, "scores", on({ source }));
    const plan = await planned(await environment.open(), [scores]);
    expect(plan.projects[0]?.blocked?.message).toBe(
      `scores waits for ${source}, which may match s3://esteira-acme-dev-123456789012/artifacts/scores/: a run would start the next one, for ever`,
    );
  });
});
