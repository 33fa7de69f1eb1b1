import {
  DescribeRuleCommand,
  DisableRuleCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";

import { planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import { notifierCode } from "../../src/aws/notifier/code.ts";
import { zipOf } from "../../src/platform/zip.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped } from "./deploy-fixture.ts";
import { bootstrap, bootstrapChanges } from "./rig/bootstrap.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { unwrap } from "./rig/unwrap.ts";

const FunctionName = "esteira-acme-dev-notifier";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:123456789012:${resource}`;
const queue = arn("sqs", "esteira-acme-dev-dead-letters");

describeWith(moto(), "the notifier in the base layer", (part) => {
  const server = useMoto(part);
  const contextFor = (environment = {}) => contextInNetwork(server().clients(), environment);

  test("is one function, two rules that call it, and their right to; what fails is kept", async () => {
    const { clients } = (await bootstrapped(server())).context;
    expect(
      await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
    ).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Role: "arn:aws:iam::123456789012:role/esteira-acme-dev-notifier",
      CodeSha256: notifierCode().sha256,
    });
    const { eventBridge, sqs } = clients;
    const runs = await eventBridge.send(new DescribeRuleCommand({ Name: "esteira-acme-dev-runs" }));
    expect(JSON.parse(runs.EventPattern ?? "")).toEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        status: ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        stateMachineArn: [{ suffix: "-workflow" }],
      },
    });
    const watch = await eventBridge.send(
      new ListTargetsByRuleCommand({ Rule: "esteira-acme-dev-watch" }),
    );
    expect(watch.Targets).toMatchObject([
      {
        Arn: arn("lambda", `function:${FunctionName}`),
        Input: '{"esteira":"watch"}',
        DeadLetterConfig: { Arn: queue },
      },
    ]);
    const allowed = await clients.lambda.send(new GetPolicyCommand({ FunctionName }));
    expect(JSON.parse(allowed.Policy ?? "")).toMatchObject({
      Statement: [
        ["notifier-runs-rule", "runs"],
        ["notifier-watch-rule", "watch"],
        ["notifier-data-permission", "on-*"],
      ].map(([Sid, name]) => ({
        Sid,
        Principal: { Service: "events.amazonaws.com" },
        Condition: {
          ArnLike: { "AWS:SourceArn": arn("events", `rule/esteira-acme-dev-${name}`) },
        },
      })),
    });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${server().url}/123456789012/esteira-acme-dev-dead-letters`,
        AttributeNames: ["Policy"],
      }),
    );
    expect(JSON.parse(Attributes?.["Policy"] ?? "")).toMatchObject({
      Statement: [
        {
          Action: "sqs:SendMessage",
          Resource: queue,
          Principal: { Service: "events.amazonaws.com" },
        },
      ],
    });
  });

  test("with the environment's suffix listens to its own machines only", async () => {
    const context = await contextFor({ suffix: "-dev" });
    await bootstrap(context);
    const { EventPattern } = await context.clients.eventBridge.send(
      new DescribeRuleCommand({ Name: "esteira-acme-dev-runs" }),
    );
    expect(EventPattern).toContain('{"suffix":"-dev-workflow"}');
  });

  test("is corrected where somebody changed it", async () => {
    const { context } = await bootstrapped(server());
    const { lambda, eventBridge, sqs } = context.clients;
    const code = zipOf([
      { name: "index.mjs", content: Buffer.from("export const handler = () => undefined;") },
    ]);
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code }));
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 3 }));
    const StatementId = "notifier-watch-rule";
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    await eventBridge.send(new DisableRuleCommand({ Name: "esteira-acme-dev-runs" }));
    const Rule = "esteira-acme-dev-watch";
    await eventBridge.send(new RemoveTargetsCommand({ Rule, Ids: ["notifier"] }));
    // What others hang onto our rule is theirs.
    const theirs = { Id: "pager", Arn: arn("sns", "pager") };
    await eventBridge.send(new PutTargetsCommand({ Rule, Targets: [theirs] }));
    const QueueUrl = `${server().url}/123456789012/esteira-acme-dev-dead-letters`;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }));
    expect(await bootstrapChanges(context)).toEqual([
      "update queue esteira-acme-dev-dead-letters: policy (drift)",
      "update function esteira-acme-dev-notifier: timeout_seconds, code (drift)",
      "update rule esteira-acme-dev-runs: enabled (drift)",
      "update rule esteira-acme-dev-watch: targets, permission (drift)",
    ]);
    await bootstrap(context);
    expect(await bootstrapChanges(context)).toEqual([]);
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule }));
    expect(new Set(Targets.map(({ Id }) => Id))).toEqual(new Set(["notifier", "pager"]));
  });

  test("learns of another way to send mail, and nothing else of esteira.yaml", async () => {
    await bootstrapped(server());
    const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined };
    const changed = await contextFor({ mail });
    expect(await bootstrapChanges(changed)).toEqual([
      "update function esteira-acme-dev-notifier: settings.environment.mail",
      "update document s3://esteira-acme-dev-123456789012/esteira/v1/base.json",
    ]);
    await bootstrap(changed);
    expect(await bootstrapChanges(changed)).toEqual([]);
  });

  test("takes over no function that isn't its own", async () => {
    const { context } = await bootstrapped(server());
    await context.clients.lambda.send(
      new UntagResourceCommand({
        Resource: arn("lambda", `function:${FunctionName}`),
        TagKeys: ["esteira:managed-by"],
      }),
    );
    const { refused } = unwrap(await planBootstrap(context));
    expect(refused.map(({ message }) => message)).toEqual([
      "function esteira-acme-dev-notifier exists and isn't Esteira's",
    ]);
    await bootstrap(context, { adopt: true });
    expect(await bootstrapChanges(context)).toEqual([]);
  });
});
