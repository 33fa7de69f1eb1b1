import { checksOf } from "../../src/config/checks.ts";
import type { Environment, Project, ScheduleConfig, Step } from "../../src/config/model.ts";
import type { RawCheck } from "../../src/config/schema/schema-checks.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { RoleName } from "../../src/platform/roles/roles.ts";

/** What a step of a contract project does. */
export type Behaviour =
  /** Prints `<id> says hello` and ends well. */
  | "succeeds"
  /** Prints `<id> gives up` and ends with exit code 3. */
  | "fails"
  /** As `fails`, but only the first time in the runs of one origin. */
  | "fails-once"
  /** Prints `started by` and the list of what has arrived, and ends well. */
  | "shows-data"
  /** Prints `<id> waits` and continues until it is stopped. */
  | "waits"
  /** Leaves the run's parameter `metrics` as what it has measured. */
  | "measures"
  /** The same, and begins a run of MLflow as its client does. */
  | "trains";

export interface ContractProject {
  readonly name: string;
  readonly version?: string;
  /** One after the other. */
  readonly steps: Readonly<Record<string, Behaviour>>;
  readonly schedule?: ScheduleConfig;
  /** Places of pools of which each step holds one. */
  readonly pools?: Readonly<Record<string, number>>;
  readonly priority?: number;
  /** What metrics must be; then runs have the parameter `metrics`, a JSON text. */
  readonly checks?: Readonly<Record<string, RawCheck>>;
  /** The tracking server that its steps get the address of. */
  readonly mlflow?: string;
  /** Of the compiler that makes the release; the present one unless given. */
  readonly generation?: number;
  /** It can't be deployed. */
  readonly broken?: boolean;
}

/**
 * An environment with nothing in it, and what a platform's tests need beside the platform itself.
 */
export interface ContractHarness {
  readonly platform: Platform;
  /** Opens the environment once more, as another process would. */
  another(): Promise<Platform>;
  /** Where nobody does so by themselves: the platform hears that the run has ended. */
  hearEnd?(run: RunId, project: string): Promise<void>;
  /** Where a process has to: what schedules and other runs start is begun from now on. */
  driveSchedules?(): void;
  release(project: ContractProject): Promise<FingerprintedRelease>;
  /** Data that starts projects. */
  readonly data: {
    /** What `schedule.on` has here: all CSV files of one place. */
    readonly source: string;
    /** Its address as a run's input has it. */
    uri(name: string): string;
    /** A file of this name arrives, and is reported as often as may be. */
    arrives(name: string): Promise<void>;
  };
  close(): Promise<void>;
}

export type MakeHarness = () => Promise<ContractHarness>;

/** Where platforms are free to differ. */
export interface Differences {
  readonly kind: Platform["kind"];
  /** Every role that it has; it has no other. */
  readonly roles: readonly RoleName[];
  /** Whether a failed run can continue with its own release when another one has been deployed. */
  readonly earlierRelease: "continues" | "is replaced";
}

/** Of every step of the project. */
export function poolsOf({ pools }: ContractProject): { pools?: string[] } {
  return pools === undefined ? {} : { pools: Object.keys(pools) };
}

/** Of every step of the project: what is checked is kept. */
export function keepingOf({ checks }: ContractProject): Pick<Step, "outputs"> {
  return checks === undefined ? {} : { outputs: [] };
}

/** Of the project itself. */
export function checkedOf({ checks }: ContractProject): Partial<Project> {
  if (checks === undefined) return {};
  const metrics = { name: "metrics", default: "{}", description: "" };
  return { checks: checksOf(checks), parameters: [metrics] };
}

/** Of the environment that its release is for. */
export function environmentOf({
  mlflow,
  pools,
}: ContractProject): Partial<Pick<Environment, "mlflow" | "pools">> {
  return {
    ...(pools === undefined ? {} : { pools }),
    ...(mlflow === undefined
      ? {}
      : {
          mlflow: {
            trackingUri: mlflow,
            s3EndpointUrl: undefined,
            gate: "off",
            unreachable: "warn",
            accepts: { stages: ["Production"] },
          },
        }),
  };
}
