import { createRequire } from "node:module";

import type * as AutoScaling from "@aws-sdk/client-auto-scaling";
import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Ecr from "@aws-sdk/client-ecr";
import type * as Ecs from "@aws-sdk/client-ecs";
import type * as EventBridge from "@aws-sdk/client-eventbridge";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Lambda from "@aws-sdk/client-lambda";
import type * as Tagging from "@aws-sdk/client-resource-groups-tagging-api";
import type * as S3 from "@aws-sdk/client-s3";
import type * as Scheduler from "@aws-sdk/client-scheduler";
import type * as Secrets from "@aws-sdk/client-secrets-manager";
import type * as Quotas from "@aws-sdk/client-service-quotas";
import type * as Ses from "@aws-sdk/client-sesv2";
import type * as Sfn from "@aws-sdk/client-sfn";
import type * as Sns from "@aws-sdk/client-sns";
import type * as Sqs from "@aws-sdk/client-sqs";
import type * as Ssm from "@aws-sdk/client-ssm";
import type * as Sts from "@aws-sdk/client-sts";
import { defaultProvider } from "@aws-sdk/credential-provider-node";

import { sharedConfig, type ClientOptions } from "./client-config.ts";
import type { Clients } from "./context.ts";
import { drawFromBudget, type Middlewares } from "./throttle-middleware.ts";
import { budget } from "./throttle.ts";

/**
 * Clients for one region, with everything between our code and AWS's: credentials looked up once
 * for all of them, connections kept, time-outs, retries, and one budget of tokens a quota
 * (`throttle.ts`), which each attempt draws from. Make them once a process: two sets don't know of
 * each other's requests.
 *
 * A client's module is loaded when the client is first used; most commands need a few of them only.
 */
export function makeClients(options: ClientOptions): Clients {
  const shared = sharedConfig({
    ...options,
    // Each client would look them up for itself: one request a client where a role is assumed or a
    // session is exchanged.
    credentials: options.credentials ?? defaultProvider(),
  });
  const quotas = budget(options.timing);
  // A bucket's name in front of the host needs DNS that an endpoint of one's own seldom has, and
  // its queues' URLs seldom lead back to it.
  const oneEndpoint = options.endpointUrl !== undefined;
  const ready = <Client extends Middlewares>(service: string, client: Client): Client =>
    drawFromBudget(client, service, quotas);

  return lazily<Clients>({
    autoScaling() {
      const { AutoScalingClient } = require("@aws-sdk/client-auto-scaling") as typeof AutoScaling;
      return ready("autoscaling", new AutoScalingClient(shared));
    },
    ec2() {
      const { EC2Client } = require("@aws-sdk/client-ec2") as typeof Ec2;
      return ready("ec2", new EC2Client(shared));
    },
    ecr() {
      const { ECRClient } = require("@aws-sdk/client-ecr") as typeof Ecr;
      return ready("ecr", new ECRClient(shared));
    },
    ecs() {
      const { ECSClient } = require("@aws-sdk/client-ecs") as typeof Ecs;
      return ready("ecs", new ECSClient(shared));
    },
    eventBridge() {
      const { EventBridgeClient } = require("@aws-sdk/client-eventbridge") as typeof EventBridge;
      return ready("events", new EventBridgeClient(shared));
    },
    iam() {
      const { IAMClient } = require("@aws-sdk/client-iam") as typeof Iam;
      return ready("iam", new IAMClient(shared));
    },
    lambda() {
      const { LambdaClient } = require("@aws-sdk/client-lambda") as typeof Lambda;
      return ready("lambda", new LambdaClient(shared));
    },
    logs() {
      const { CloudWatchLogsClient } = require("@aws-sdk/client-cloudwatch-logs") as typeof Logs;
      return ready("logs", new CloudWatchLogsClient(shared));
    },
    quotas() {
      const { ServiceQuotasClient } = require("@aws-sdk/client-service-quotas") as typeof Quotas;
      return ready("servicequotas", new ServiceQuotasClient(shared));
    },
    s3() {
      const { S3Client } = require("@aws-sdk/client-s3") as typeof S3;
      return ready("s3", new S3Client({ ...shared, forcePathStyle: oneEndpoint }));
    },
    scheduler() {
      const { SchedulerClient } = require("@aws-sdk/client-scheduler") as typeof Scheduler;
      return ready("scheduler", new SchedulerClient(shared));
    },
    secrets() {
      const { SecretsManagerClient } = require("@aws-sdk/client-secrets-manager") as typeof Secrets;
      return ready("secretsmanager", new SecretsManagerClient(shared));
    },
    ses() {
      const { SESv2Client } = require("@aws-sdk/client-sesv2") as typeof Ses;
      return ready("ses", new SESv2Client(shared));
    },
    sfn() {
      const { SFNClient } = require("@aws-sdk/client-sfn") as typeof Sfn;
      return ready("states", new SFNClient(shared));
    },
    sns() {
      const { SNSClient } = require("@aws-sdk/client-sns") as typeof Sns;
      return ready("sns", new SNSClient(shared));
    },
    sqs() {
      const { SQSClient } = require("@aws-sdk/client-sqs") as typeof Sqs;
      return ready("sqs", new SQSClient({ ...shared, useQueueUrlAsEndpoint: !oneEndpoint }));
    },
    ssm() {
      const { SSMClient } = require("@aws-sdk/client-ssm") as typeof Ssm;
      return ready("ssm", new SSMClient(shared));
    },
    sts() {
      const { STSClient } = require("@aws-sdk/client-sts") as typeof Sts;
      return ready("sts", new STSClient(shared));
    },
    tagging() {
      const { ResourceGroupsTaggingAPIClient } =
        require("@aws-sdk/client-resource-groups-tagging-api") as typeof Tagging;
      return ready("tagging", new ResourceGroupsTaggingAPIClient(shared));
    },
  });
}

const require = createRequire(import.meta.url);

/** An object whose properties are made when they are first read. */
function lazily<Shape extends object>(makers: {
  readonly [Key in keyof Shape]: () => Shape[Key];
}): Shape {
  const made = {};
  for (const [key, make] of Object.entries<() => unknown>(makers)) {
    let value: unknown;
    Object.defineProperty(made, key, { enumerable: true, get: () => (value ??= make()) });
  }
  return made as Shape;
}
