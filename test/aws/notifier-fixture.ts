import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { CreateEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { afterAll, beforeAll, expect } from "vitest";

import { lastNotified } from "../../src/aws/bucket/notified.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import type { AwsContext } from "../../src/aws/sdk/context.ts";
import type { AwsPlatform } from "../../src/aws/platform.ts";
import { systemTiming } from "../../src/aws/sdk/timing.ts";
import type { Project } from "../../src/config/model.ts";
import type { MailConfig } from "../../src/config/services.ts";
import { projectName, type RunId } from "../../src/core/ids.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { step } from "../../src/pipeline/fixtures/project.ts";
import { runInput } from "../../src/runs/input.ts";
import { bootstrapped, deploy, recsys, type TestEnvironment } from "./deploy-fixture.ts";
import { putDeployedImages } from "./images-ecr-rig.ts";
import type { MotoServer } from "./rig/moto.ts";
import { startNotifier, type NotifierProcess } from "./rig/notifier-process.ts";
import type { Answer, Proxy, Sent } from "./rig/proxy.ts";
import { startSfnServer, type SfnServer } from "./rig/sfn-server.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

/** An environment with its notifier, and executions that really run, for the tests of a file. */
export interface NotifiedEnvironment {
  readonly context: AwsContext;
  readonly platform: AwsPlatform;
  readonly environment: TestEnvironment;
  /** Where AWS is, executions included. */
  readonly url: string;
  /**
   * What becomes of the steps of runs that begin from now on: `python step.py CODE` ends with that
   * code unless this says otherwise.
   */
  script: Script;
  readonly deploy: (changes?: Partial<Project>) => Promise<void>;
  /** Starts a run and waits for its end. */
  readonly ended: () => Promise<RunId>;
  readonly notifier: (options?: { readonly certificates?: string }) => Promise<NotifierProcess>;
}

export const oneStep = (command: string): Pick<Project, "steps"> => ({
  steps: [step("score_model", { command, retries: 0 })],
});

/** What SES was asked to send: recipient and subject. */
export function mailsIn(sent: readonly Sent[]): string[] {
  return sent
    .filter(({ operation }) => operation === "SendEmail")
    .map(({ body }) => {
      const mail = JSON.parse(body) as {
        readonly Destination: { readonly ToAddresses: readonly string[] };
        readonly Content: { readonly Simple: { readonly Subject: { readonly Data: string } } };
      };
      return `${mail.Destination.ToAddresses.join()}: ${mail.Content.Simple.Subject.Data}`;
    });
}

export function useNotified(
  server: () => MotoServer,
  proxy: () => Proxy,
  mail: MailConfig | undefined,
): () => NotifiedEnvironment {
  let made: NotifiedEnvironment | undefined;
  let sfn: SfnServer | undefined;
  beforeAll(async () => {
    const moto = server();
    await moto.reset();
    const timing = acceleratedTiming(100);
    sfn = await startSfnServer({
      target: moto.url,
      timing: systemTiming,
      script: (task) => made?.script(task) ?? { lines: [], end: 0 },
      logs: moto.clients().logs,
    });
    const clients = moto.clients({ sfnUrl: sfn.url, timing });
    const environment = await bootstrapped(moto, { mail }, timing, clients);
    await clients.ses.send(
      new CreateEmailIdentityCommand({ EmailIdentity: "esteira@example.com" }),
    );
    const platform = await environment.open({ actor: () => "ana" });
    const { context } = environment;
    const project = projectName("recsys");
    made = {
      url: sfn.url,
      context,
      platform,
      environment,
      script: ({ command }) => ({
        lines: [command, "ValueError: preço não encontrado"],
        end: Number(/\d+$/.exec(command)?.[0] ?? 0),
      }),
      async deploy(changes = {}) {
        const release = environment.release(recsys(changes), JSON.stringify(changes));
        const { summary } = await deploy(platform, [release]);
        expect(summary.projects[0]?.error).toBeUndefined();
        await putDeployedImages(moto.clients(), platform);
      },
      async ended() {
        const run = unwrap(
          await platform.start(project, runInput({ actor: "ana" }), { mode: "detach" }),
        );
        await expect
          .poll(async () => unwrap(await platform.run(run)).status, { timeout: 60_000 })
          .not.toBe("RUNNING");
        return run;
      },
      async notifier(options = {}) {
        const { Environment } = await context.clients.lambda.send(
          new GetFunctionConfigurationCommand({ FunctionName: "esteira-acme-dev-notifier" }),
        );
        return startNotifier({
          endpointUrl: proxy().url,
          variables: Environment?.Variables ?? {},
          ...options,
        });
      },
    };
  });
  afterAll(() => sfn?.stop());
  return () => {
    if (made === undefined) throw new Error("the environment is there in tests only");
    return made;
  };
}

/** What EventBridge says about the end of a run. */
export const eventOf = (run: string, changes: JsonObject = {}): Json => {
  const arn = "arn:aws:states:us-east-1:123456789012";
  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  return {
    version: "0",
    id: "315c1398-40ff-a850-213b-158f73e60175",
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "123456789012",
    time: "2026-01-31T03:04:10Z",
    region: "us-east-1",
    resources: [`${arn}:execution:recsys-workflow:${run}`],
    detail: {
      executionArn: `${arn}:execution:recsys-workflow:${run}`,
      stateMachineArn: `${arn}:stateMachine:recsys-workflow`,
      name: run,
      status: "FAILED",
      startDate: 1_769_828_404_000,
      stopDate: 1_769_828_650_000,
      input: "{}",
      output: null,
      error: "States.TaskFailed",
      cause: "…",
      ...changes,
    },
  };
};

/**
 * The state of those who are to be notified of a run, without times; undefined when nothing was
 * written down.
 */
export async function marksOf(context: AwsContext, run: string) {
  const found = unwrap(await lastNotified(bucketStore(context), "recsys", run));
  return found?.deliveries.map(({ recipient, state, attempts, error }) => ({
    recipient,
    state,
    attempts,
    ...(error === undefined ? {} : { error }),
  }));
}

/** An answer of SES's that refuses, as its protocol has it. */
export const refusal = (name: string, message: string): Answer => ({
  status: 400,
  headers: { "content-type": "application/json", "x-amzn-errortype": name },
  body: JSON.stringify({ message }),
});
export const isMailTo = ({ operation, body }: Sent, address: string): boolean =>
  operation === "SendEmail" && body.includes(address);

export const people = {
  onSuccess: [{ kind: "email", address: "team@example.com" }],
  onFailure: [
    { kind: "email", address: "team@example.com" },
    { kind: "email", address: "oncall@example.com" },
  ],
} as const;
