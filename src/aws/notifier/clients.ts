import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

import { sharedConfig, type ClientOptions } from "../sdk/client-config.ts";
import type { Clients } from "../sdk/context.ts";
import { drawFromBudget, type Middlewares } from "../sdk/throttle-middleware.ts";
import { budget } from "../sdk/throttle.ts";

/**
 * The clients that the notifier works with, named here for the bundler; `makeClients` loads them by
 * name.
 */
export function notifierClients(
  options: ClientOptions & { readonly credentials: NonNullable<ClientOptions["credentials"]> },
): Clients {
  const shared = sharedConfig(options);
  const quotas = budget(options.timing);
  const ready = <Client extends Middlewares>(service: string, client: Client): Client =>
    drawFromBudget(client, service, quotas);
  const oneEndpoint = options.endpointUrl !== undefined;
  const made = {
    autoScaling: ready("autoscaling", new AutoScalingClient(shared)),
    ecr: ready("ecr", new ECRClient(shared)),
    ecs: ready("ecs", new ECSClient(shared)),
    logs: ready("logs", new CloudWatchLogsClient(shared)),
    s3: ready("s3", new S3Client({ ...shared, forcePathStyle: oneEndpoint })),
    scheduler: ready("scheduler", new SchedulerClient(shared)),
    ses: ready("ses", new SESv2Client(shared)),
    sfn: ready("states", new SFNClient(shared)),
    sns: ready("sns", new SNSClient(shared)),
    sqs: ready("sqs", new SQSClient({ ...shared, useQueueUrlAsEndpoint: !oneEndpoint })),
    tagging: ready("tagging", new ResourceGroupsTaggingAPIClient(shared)),
  } satisfies Partial<Clients>;
  return new Proxy(made as unknown as Clients, {
    get(target, key) {
      const client: unknown = Reflect.get(target, key);
      if (client === undefined) throw new Error(`the notifier has no client ${String(key)}`);
      return client;
    },
  });
}

/** Lambda puts the role's credentials into the environment and renews them there. */
export function environmentCredentials(
  environment: Readonly<Record<string, string | undefined>>,
): NonNullable<ClientOptions["credentials"]> {
  return () => {
    const token = environment["AWS_SESSION_TOKEN"];
    return Promise.resolve({
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
      ...(token === undefined ? {} : { sessionToken: token }),
    });
  };
}
