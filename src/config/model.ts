import type { MailConfig, MlflowConfig, Recipient } from "./services.ts";
import type { Language } from "../core/language.ts";
import type { CamelCased } from "../core/camel-case.ts";
import type { EnvironmentName, ProjectName, StepId } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import type { AfterRule } from "../schedule/after.ts";
import type { OnRule } from "../schedule/on.ts";
import type { Check } from "./checks.ts";
import type { Publish } from "./publishes.ts";
import type { RawStep } from "./schema/schema-steps.ts";
import type { RuntimeConfig } from "./runtime-model.ts";

/**
 * A project in one environment, after schema, defaults, the environment's overlay and the rules:
 * nothing is optional that has a default, nothing has two spellings. Everything behind `config/`
 * reads this and never the YAML.
 */
export interface Project {
  readonly name: ProjectName;
  readonly environment: EnvironmentName;
  /** The project's folder relative to the workspace's root, with `/`: `src/projects/recsys`. */
  readonly directory: string;
  readonly description: string;
  readonly version: string;
  readonly owners: { readonly technical?: string; readonly business?: string };
  readonly schedule: ScheduleConfig | undefined;
  /** Data starts it in some environment, so that its steps get what did; absent: in none. */
  readonly awaitsData?: true;
  readonly runtime: RuntimeConfig;
  /** False: the image is built and the schedule disabled, nothing is deleted. */
  readonly batchEnabled: boolean;
  /** In the author's order. Empty when the project has neither steps nor a `main.py`. */
  readonly steps: readonly Step[];
  /** The project's own order of things; without it the steps are compiled by `dependsOn`. */
  readonly definition?: OwnDefinition;
  readonly parameters: readonly Parameter[];
  readonly compute: ComputeConfig;
  /** The project's own role for its data on AWS. */
  readonly taskRoleArn: string | undefined;
  readonly notifications: {
    readonly onSuccess: readonly Recipient[];
    readonly onFailure: readonly Recipient[];
  };
  readonly model: ModelConfig;
  /** What metrics must be; absent: nothing is asked of them. */
  readonly checks?: readonly Check[];
  /** What must be fresh, no matter who makes it; absent: nothing. */
  readonly publishes?: readonly Publish[];
  /** What its runs may cost in a month, in US dollars; absent: nobody is notified of that. */
  readonly monthlyBudgetUsd?: number;
  /** Who goes first where places of pools are short; absent: 0. */
  readonly priority?: number;
  /** Shell command of `esteira test`; undefined when there are no tests to run. */
  readonly testCommand: string | undefined;
  /**
   * What only tests need, relative to the project. In no release: it must never deploy anything.
   */
  readonly testRequirementsFile?: string | undefined;
  /**
   * Hash of what the author wrote for this environment: the config with the environment's overlay,
   * without any default, and the text of the project's own definition. 64 hexadecimal digits.
   */
  readonly authored: string;
}

/** A definition in the Amazon States Language in which steps are written as `${step:ID}`. */
export interface OwnDefinition {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly value: JsonObject;
}

export interface ScheduleConfig {
  readonly enabled: boolean;
  /** Five fields, Unix; absent: no clock starts it. */
  readonly cron?: string;
  /** The projects that it follows; absent: none. */
  readonly after?: AfterRule;
  /** The data that starts it where this environment is; absent: none. */
  readonly on?: OnRule;
  /** IANA name. */
  readonly timezone: string;
  readonly overlap: "allow" | "skip";
  /** `HH:MM` in `timezone`: people are notified when the run of that day isn't done by then. */
  readonly deadline: string | undefined;
  /** On AWS the run starts at some minute of so many after the time; absent: on the minute. */
  readonly flexibleWindowMinutes?: number | undefined;
}

/** Fields of a step that get a default or another form; all others are as they were written. */
type FormedStepField =
  | "id"
  | "name"
  | "depends_on"
  | "resources"
  | "timeout_seconds"
  | "retries"
  | "retry"
  | "env_vars"
  | "for_each"
  | "cache";

export interface Step extends CamelCased<Omit<RawStep, FormedStepField>> {
  readonly id: StepId;
  /** For people; defaults to the id. */
  readonly name: string;
  /** Shell command line, run in the project's folder. */
  readonly command: string;
  /** Steps that must have succeeded before. */
  readonly dependsOn: readonly StepId[];
  readonly resources: Resources;
  /** Time limit of one attempt, in seconds. */
  readonly timeoutSeconds: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly retry: RetryConfig;
  /** How often it is started again whose instance was lost; absent: `LOST_INSTANCE_RETRIES`. */
  readonly lostInstanceRetries?: number;
  /** How long its tasks wait for an instance with room; absent: `CAPACITY_WAIT_HOURS`. */
  readonly capacityWaitHours?: number;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly forEach: ForEach | undefined;
  /** Its outputs may be taken from an earlier run; absent: they never are. */
  readonly cache?: StepCache;
}

export interface StepCache {
  /** How long they may be taken; absent: as long as the files are there. */
  readonly ttlSeconds?: number;
}

export interface Resources {
  /** Virtual CPUs; fractions are allowed. */
  readonly cpu: number;
  readonly memoryGb: number;
  readonly gpu: number;
}

export interface RetryConfig {
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxIntervalSeconds: number;
}

export type ForEach = { readonly maxConcurrency: number } & (
  | {
      readonly kind: "items";
      /** Each as the step gets it: text as it is, a list or a map as JSON. */
      readonly items: readonly string[];
    }
  | {
      /** A JSON list that an earlier step left at `{artifacts}{step}/{file}`. */
      readonly kind: "artifact";
      readonly step: StepId;
      readonly file: string;
      /** How many items the list may have, where the author says so. */
      readonly maxItems?: number;
    }
);

export interface Parameter {
  readonly name: string;
  readonly default: string;
  readonly description: string;
  /** In a sample; absent: the default. */
  readonly sample?: string;
}

export interface ComputeConfig {
  readonly provider: "ec2";
  /** The first is `ec2_type`; at least one when the platform is AWS. */
  readonly instanceTypes: readonly string[];
  readonly minQuantity: number;
  readonly maxQuantity: number;
  readonly spot: boolean;
  readonly onDemandFallback: boolean;
  readonly diskGb: number;
}

export interface ModelConfig {
  readonly name: string;
  readonly required: boolean;
  readonly alias: string | undefined;
  /** Metric name to a comparison such as `>=0.8`. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly promoteOnDeploy: boolean;
}

/** `esteira.yaml`, or its defaults where there is none. */
export interface Workspace {
  readonly name: string;
  /** Glob of project folders, relative to the root. */
  readonly projects: string;
  /** IANA name of the zone whose nights are shown; absent: the machine's. */
  readonly zone?: string;
  /** Globs of folders among them that are no projects. */
  readonly ignore: readonly string[];
  readonly branches: {
    /** `feature/<project>-<description>` */
    readonly feature: string;
    /** Other branches that may go where features go; `*` in a name stands for any characters. */
    readonly also: readonly string[];
    /** Branch name to environment. */
    readonly environments: Readonly<Record<string, EnvironmentName>>;
  };
  /** `local` is always there. */
  readonly environments: ReadonlyMap<EnvironmentName, Environment>;
}

export type Environment = LocalEnvironment | AwsEnvironment;

interface EnvironmentBase {
  readonly name: EnvironmentName;
  /** The workspace's language, in which people are notified; absent: English. */
  readonly language?: Language;
  /** The workspace's zone, whose nights are shown; absent: it names none. */
  readonly zone?: string;
  /** Places of the workspace's pools, of which each environment has its own; absent: no pools. */
  readonly pools?: Readonly<Record<string, number>>;
  readonly schedules: "as_configured" | "disabled";
  readonly mlflow: MlflowConfig | undefined;
  readonly mail: MailConfig | undefined;
  /** Artifacts of runs that are older are removed; absent: they are kept. */
  readonly keepArtifactsDays?: number;
}

export interface LocalEnvironment extends EnvironmentBase {
  readonly platform: "local";
  readonly executor: "auto" | "docker" | "process";
  /**
   * What installs a project's requirements for processes; `auto`: uv, and pip where uv can't be
   * had.
   */
  readonly installer: "auto" | "uv" | "pip";
  /** Environments share their files with uv's cache: an edit in one of them changes them all. */
  readonly unsafeHardLinks: boolean;
  /** Attempts at the same time; undefined: as many as CPU and memory admit. */
  readonly maxParallel: number | undefined;
  readonly scheduling: SchedulingConfig;
  /** `docker run --network` and `docker build --network`; undefined: the engine's default. */
  readonly dockerNetwork: string | undefined;
}

/** How `up` runs the schedules of an environment on this machine. */
export interface SchedulingConfig {
  /** Runs of schedules at the same time. */
  readonly maxRuns: number;
  /** What becomes of fires that it was not there for. */
  readonly missed: "skip" | "once";
  readonly missedWithinHours: number;
}

export interface AwsEnvironment extends EnvironmentBase {
  readonly platform: "aws";
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** ECR repository's name, or another OCI registry's repository (`registry`). */
  readonly repository:
    | { readonly kind: "ecr"; readonly name: string }
    | {
        readonly kind: "oci";
        readonly reference: string;
        /** Name of the secret in Secrets Manager that instances pull with. */
        readonly secret?: string | undefined;
      };
  /** Appended to the project's name in every resource name; empty by default. */
  readonly suffix: string;
  /** `s3://bucket/prefix`; undefined: the bootstrap's own bucket. */
  readonly artifactsUri: string | undefined;
  readonly roles: Readonly<Record<string, string>>;
  readonly permissionsBoundary: string | undefined;
  readonly logRetentionDays: number;
  readonly endpointUrl: string | undefined;
  /** Environment whose image of the same source is taken instead of building. */
  readonly promoteFrom: EnvironmentName | undefined;
}
