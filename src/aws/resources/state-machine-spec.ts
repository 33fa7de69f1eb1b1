import type { DescribeStateMachineCommandOutput, LoggingConfiguration } from "@aws-sdk/client-sfn";

import { canonicalJson, type Json, type JsonObject } from "../../core/json.ts";
import type { Tags } from "../sdk/ownership.ts";

export interface DesiredStateMachine {
  readonly name: string;
  readonly spec: MachineSpec;
  readonly tags: Tags;
}

export interface MachineSpec {
  readonly definition: JsonObject;
  readonly roleArn: string;
  /** Ends in `:*`. */
  readonly logGroupArn: string;
}

export interface ObservedStateMachine {
  readonly name: string;
  readonly arn: string;
  readonly spec: ComparableMachine;
  readonly tags: Tags;
}

interface ComparableMachine {
  readonly definition: Json;
  readonly roleArn: string;
  readonly type: string;
  readonly logging: {
    readonly level: string;
    readonly includeExecutionData: boolean;
    readonly destination: string | undefined;
  };
  readonly tracing: boolean;
}

/** What AWS answers about a machine, as it is compared. */
export function observedMachine(
  found: DescribeStateMachineCommandOutput,
  tags: Tags,
): ObservedStateMachine {
  const logging = found.loggingConfiguration;
  return {
    name: found.name ?? "",
    arn: found.stateMachineArn ?? "",
    tags,
    spec: {
      definition: parsed(found.definition ?? "{}"),
      roleArn: found.roleArn ?? "",
      type: found.type ?? "STANDARD",
      logging: {
        level: logging?.level ?? "OFF",
        includeExecutionData: logging?.includeExecutionData ?? false,
        destination: logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn,
      },
      tracing: found.tracingConfiguration?.enabled ?? false,
    },
  };
}

function parsed(definition: string): Json {
  try {
    return JSON.parse(definition) as Json;
  } catch {
    return definition;
  }
}

/** What a machine of this spec looks like. */
export function comparableMachine(spec: MachineSpec): ComparableMachine {
  return {
    definition: spec.definition,
    roleArn: spec.roleArn,
    type: "STANDARD",
    logging: { level: logLevel, includeExecutionData: false, destination: spec.logGroupArn },
    tracing: false,
  };
}

/**
 * Everything else is in the execution's history, which Esteira reads; inputs and outputs stay out
 * of the logs.
 */
const logLevel = "ERROR";

/** The spec as requests have it. */
export function machineSettings(spec: MachineSpec) {
  const loggingConfiguration: LoggingConfiguration = {
    level: logLevel,
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: spec.logGroupArn } }],
  };
  return {
    // One text for one meaning: creating again with other white space counts as another machine.
    definition: canonicalJson(spec.definition),
    roleArn: spec.roleArn,
    loggingConfiguration,
    tracingConfiguration: { enabled: false },
  };
}
