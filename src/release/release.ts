import type {
  ComputeConfig,
  ModelConfig,
  Parameter,
  Resources,
  ScheduleConfig,
  Step,
} from "../config/model.ts";
import type { PackageIndex, SecretReference } from "../config/runtime-model.ts";
import type { Recipient } from "../config/services.ts";
import type { Check } from "../config/checks.ts";
import type { Publish } from "../config/publishes.ts";
import type { EnvironmentName, Fingerprint, ProjectName } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import type { PackageHash } from "./source-tree.ts";

/**
 * Everything that should exist for one project in one environment: pure data, the same for every
 * deploy of the same sources. What only a deploy can know (image digest, task revision, account,
 * artifact store) is in it as `${placeholder}`.
 */
export interface Release {
  readonly schema: 1;
  /** Of the compiler that made it (`generation.ts`). Absent: the first. */
  readonly generation?: number;
  readonly workspace: string;
  readonly project: ProjectName;
  readonly environment: EnvironmentName;
  readonly platform: "aws" | "local";
  readonly version: string;
  readonly description: string;
  readonly owners: { readonly technical?: string; readonly business?: string };
  readonly names: ResourceNames;
  readonly image: ImageSpec;
  readonly task: TaskSpec;
  /** The steps as people and local executors see them, in the author's order. */
  readonly steps: readonly ReleaseStep[];
  readonly parameters: readonly Parameter[];
  /**
   * The state machine in the Amazon States Language with placeholders; undefined when there is
   * nothing to run.
   */
  readonly definition: JsonObject | undefined;
  readonly schedule: ScheduleSpec | undefined;
  readonly capacity: CapacitySpec | undefined;
  readonly notifications: {
    readonly onSuccess: readonly Recipient[];
    readonly onFailure: readonly Recipient[];
  };
  readonly model: ModelConfig;
  /** What metrics must be, as the helper gets it; absent: nothing is asked of them. */
  readonly checks?: readonly Check[] | undefined;
  /** What must be fresh, no matter who makes it; absent: nothing. */
  readonly publishes?: readonly Publish[] | undefined;
  /** What its runs may cost in a month, in US dollars; absent: nobody is notified of that. */
  readonly monthlyBudgetUsd?: number | undefined;
  readonly testCommand: string | undefined;
}

/** The mission's fixed names; see the table in `docs/reference/names.md`. */
export interface ResourceNames {
  /**
   * The project's name with the environment's suffix: it takes the project's place in all the
   * others.
   */
  readonly base: string;
  readonly imageTag: string;
  readonly cluster: string;
  readonly launchTemplate: string;
  readonly autoScalingGroup: string;
  readonly capacityProvider: string;
  readonly taskFamily: string;
  readonly stateMachine: string;
  readonly schedule: string;
  readonly logGroup: string;
}

export interface ImageSpec {
  /** Relative to the workspace's root. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly pythonVersion: string | undefined;
  readonly requirementsFile: string | undefined;
  /**
   * What says the dependencies where no requirements file does, such as `uv.lock`; absent: nothing.
   * On AWS the image has them.
   */
  readonly dependencyFile?: string | undefined;
  /** Where packages come from instead of PyPI; absent: what the machine is set to. */
  readonly index?: PackageIndex | undefined;
  /** Python packages of the workspace that are installed too; absent: none. */
  readonly packages?: readonly PackageHash[] | undefined;
  /** SHA-256 over the build context, Dockerfile, build arguments and shared packages. */
  readonly sourceHash: string;
  /** Name of the secret in Secrets Manager that instances pull with; absent: none is needed. */
  readonly registrySecret?: string | undefined;
}

export interface TaskSpec {
  /** Variables that are the same for every step, as the task definition has them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly taskRoleArn: string | undefined;
  /** The largest that any step declares. */
  readonly resources: Resources;
}

/** A step with every field that it has in the model, those to come included. */
export type ReleaseStep = Omit<Step, "environmentVariables">;

export interface ScheduleSpec extends ScheduleConfig {
  /** `cron(0 3 * * ? *)`; where no clock starts it, what does: `after(a, b)`, `on(in/*.csv)`. */
  readonly expression: string;
}

export type CapacitySpec = Omit<ComputeConfig, "provider">;

/** A release and the hash that names it. */
export interface FingerprintedRelease {
  readonly release: Release;
  readonly fingerprint: Fingerprint;
  /**
   * Hash of what people wrote for it (`authored.ts`): equal for two releases that only two versions
   * of Esteira made different. Absent: it was stored before there was this hash.
   */
  readonly authored?: string | undefined;
}

/** The file that says what a project's environment on this machine has, relative to the project. */
export function dependencyFileOf(image: ImageSpec): string | undefined {
  return image.requirementsFile ?? image.dependencyFile;
}
