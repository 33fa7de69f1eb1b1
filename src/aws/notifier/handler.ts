import type { Json } from "../../core/json.ts";
import type { AwsContext } from "../sdk/context.ts";
import { systemTiming } from "../sdk/timing.ts";
import { environmentCredentials, notifierClients } from "./clients.ts";
import { requestOf } from "./events.ts";
import { serve } from "./notifier.ts";
import { contextFrom, settingsVariable, type NotifierSettings } from "./settings.ts";

/**
 * What Lambda gives a function about its call:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
interface LambdaContext {
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
}

let opened: AwsContext | undefined;

/**
 * The function: called at each run's end by EventBridge, called once an hour, and by people who try
 * it.
 */
export async function handler(event: Json, lambda: LambdaContext): Promise<unknown> {
  opened ??= open(process.env);
  const done = await serve(opened, requestOf(event), {
    requestId: lambda.awsRequestId,
    endsAt: systemTiming.now() + lambda.getRemainingTimeInMillis(),
    log: (line) => void process.stdout.write(`${line}\n`),
  });
  if (done.ok) return done.value;
  // Lambda logs it, tries again, and keeps the event in the end; a stack trace would say nothing
  // more.
  const { message, help } = done.error;
  const failure = new Error(help === undefined ? message : `${message} (${help})`);
  failure.name = "NotifierError";
  failure.stack = "";
  throw failure;
}

function open(environment: Readonly<Record<string, string | undefined>>): AwsContext {
  const settings = JSON.parse(environment[settingsVariable] ?? "{}") as NotifierSettings;
  const clients = notifierClients({
    region: settings.environment.region,
    endpointUrl: environment["AWS_ENDPOINT_URL"],
    timing: systemTiming,
    credentials: environmentCredentials(environment),
    version: "notifier",
  });
  return contextFrom(settings, clients, systemTiming);
}
