import {
  CreateFunctionCommand,
  type FunctionConfiguration,
  type FunctionEventInvokeConfig,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  type LambdaClient,
  ListTagsCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";

import type { Json, JsonObject } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isConflict, isNotFound } from "../sdk/error-names.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { notifierCode } from "../notifier/code.ts";
import {
  notifierTimeoutSeconds,
  settingsOf,
  settingsText,
  settingsVariable,
} from "../notifier/settings.ts";
import { tagChanges, type Tags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import {
  destinationSettles,
  functionBusy,
  functionRoleSettles,
  untilConsistent,
  type Waiting,
} from "../sdk/retry.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** A run's history has up to 25,000 events, each with what it was given and what came of it. */
const memoryMb = 1024;

/** Everything of the function but its code. */
function configurationOf(scope: PolicyScope, context: AwsContext) {
  return {
    Description: `Esteira: tells people how runs end in ${context.environment.name}`,
    // Supported until April 2028: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: scope.roles.notifier,
    MemorySize: memoryMb,
    Timeout: notifierTimeoutSeconds,
    Environment: { Variables: { [settingsVariable]: settingsText(settingsOf(context)) } },
  } as const;
}

/**
 * What fails three times is kept with the error:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function failuresOf(scope: PolicyScope) {
  return {
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: 21_600,
    DestinationConfig: {
      OnFailure: { Destination: scope.arn("sqs", scope.names.deadLetterQueue) },
    },
  } as const;
}

/**
 * A function that EventBridge calls at each run's end, and once an hour looks for what should
 * have happened and did not.
 */
export function notifierFunctionStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { lambda } = context.clients;
  const name = scope.names.notifier;
  const tags = baseTags(context);
  const code = notifierCode();
  const configuration = configurationOf(scope, context);
  const failures = failuresOf(scope);
  const wanted = {
    ...comparable(configuration),
    failures: comparableFailures(failures),
    architecture: "arm64",
    code: code.sha256,
  };
  const keepFailures = (waiting: Waiting): Promise<unknown> => {
    const input = { FunctionName: name, ...failures };
    const send = () => lambda.send(new PutFunctionEventInvokeConfigCommand(input));
    return untilConsistent(send, [functionBusy, destinationSettles], waiting);
  };
  const step: BaseStep = {
    id: "notifier-function",
    kind: "function",
    name,
    desired: wanted,
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the function ${name}`, () =>
        observe(lambda, name),
      );
      if (!seen.ok) return seen;
      const found = seen.value;
      if (found === undefined) {
        const change = { action: "create", fields: [] } as const;
        return planned(base, change, `create the function ${name}`, async ({ waiting }) => {
          await create(lambda, name, tags, waiting, {
            ...configuration,
            Architectures: ["arm64"],
            Code: { ZipFile: code.zip },
          });
          await keepFailures(waiting);
          return undefined;
        });
      }
      const foreign = refusal(base, step, found.tags);
      if (foreign !== undefined) return refused(foreign);
      const observed = {
        ...comparable(found.configuration),
        failures: comparableFailures(found.failures),
        architecture: found.configuration.Architectures?.[0] ?? "x86_64",
        code: found.configuration.CodeSha256 ?? "",
      };
      const fields = [...fieldChanges(observed, wanted), ...tagFieldChanges(tags, found.tags)];
      if (fields.length === 0) return unchanged();
      const change = { action: "update", fields } as const;
      return planned(base, change, `update the function ${name}`, async ({ waiting }) => {
        const { set } = tagChanges(tags, found.tags);
        if (Object.keys(set).length > 0) {
          const Resource = found.configuration.FunctionArn ?? "";
          await lambda.send(new TagResourceCommand({ Resource, Tags: { ...set } }));
        }
        const { code: _code, architecture: _architecture, failures: kept, ...before } = observed;
        if (fieldChanges(before, comparable(configuration)).length > 0) {
          const input = { FunctionName: name, ...configuration };
          await settled(lambda, waiting, new UpdateFunctionConfigurationCommand(input));
        }
        if (observed.code !== wanted.code || observed.architecture !== wanted.architecture) {
          const input = {
            FunctionName: name,
            ZipFile: code.zip,
            Architectures: ["arm64" as const],
          };
          await settled(lambda, waiting, new UpdateFunctionCodeCommand(input));
        }
        if (fieldChanges(kept, wanted.failures).length > 0) await keepFailures(waiting);
        return undefined;
      });
    },
  };
  return step;
}

async function observe(
  lambda: LambdaClient,
  name: string,
): Promise<
  | {
      readonly configuration: FunctionConfiguration;
      readonly failures: FunctionEventInvokeConfig | undefined;
      readonly tags: Tags;
    }
  | undefined
> {
  const configuration = await orAbsent(
    () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    isNotFound,
  );
  if (configuration === undefined) return undefined;
  const [{ Tags = {} }, failures] = await Promise.all([
    lambda.send(new ListTagsCommand({ Resource: configuration.FunctionArn })),
    orAbsent(
      () => lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name })),
      isNotFound,
    ),
  ]);
  return { configuration, failures, tags: Tags };
}

function comparableFailures(
  config:
    | Pick<
        FunctionEventInvokeConfig,
        "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | "DestinationConfig"
      >
    | undefined,
): JsonObject {
  return {
    retries: config?.MaximumRetryAttempts ?? 2,
    seconds: config?.MaximumEventAgeInSeconds ?? 21_600,
    kept_in: config?.DestinationConfig?.OnFailure?.Destination ?? "",
  };
}

function comparable(configuration: FunctionConfiguration): JsonObject {
  const { Description, Runtime, Handler, Role, MemorySize, Timeout, Environment } = configuration;
  const settings = Environment?.Variables?.[settingsVariable];
  return {
    description: Description ?? "",
    runtime: Runtime ?? "",
    handler: Handler ?? "",
    role: Role ?? "",
    memory_mb: MemorySize ?? 0,
    timeout_seconds: Timeout ?? 0,
    settings: parsed(settings),
  };
}

/** A plan shows which of the settings changed. */
function parsed(settings: string | undefined): Json {
  try {
    return JSON.parse(settings ?? "null") as Json;
  } catch {
    return settings ?? null;
  }
}

type Creation = Omit<
  ConstructorParameters<typeof CreateFunctionCommand>[0],
  "FunctionName" | "Tags"
>;

async function create(
  lambda: LambdaClient,
  name: string,
  tags: Tags,
  waiting: Waiting,
  creation: Creation,
): Promise<void> {
  const command = new CreateFunctionCommand({
    ...creation,
    Role: creation.Role,
    Code: creation.Code,
    FunctionName: name,
    Tags: { ...tags },
  });
  try {
    await untilConsistent(() => lambda.send(command), [functionRoleSettles], waiting);
  } catch (thrown) {
    // An earlier request of ours whose answer got lost; a moment ago nobody had the name.
    if (!isConflict(thrown)) throw thrown;
  }
}

/**
 * Lambda takes one change of a function at a time, and is done with it some seconds after it has
 * answered.
 */
function settled(
  lambda: LambdaClient,
  waiting: Waiting,
  command: UpdateFunctionConfigurationCommand | UpdateFunctionCodeCommand,
): Promise<unknown> {
  const send = (): Promise<unknown> =>
    command instanceof UpdateFunctionCodeCommand ? lambda.send(command) : lambda.send(command);
  return untilConsistent(send, [functionRoleSettles, functionBusy], waiting);
}
