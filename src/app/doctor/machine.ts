import { actorText } from "../../core/actor.ts";
import type { Result } from "../../core/result.ts";
import type { Check } from "../../platform/check.ts";
import type { Change, ModelDecision, ProjectPlan } from "../../platform/plan.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import { isSameAuthored } from "../../release/authored.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { Diagnosis, RunSummary } from "../../runs/model.ts";
import { relative, count } from "../../core/text.ts";
import { type DoctorCheck, run, reporter } from "./check.ts";

export interface MachineFacts {
  readonly name: string;
  readonly environment: string;
  readonly now: number;
  readonly deployed: Result<DeployedRelease | undefined, PlatformError>;
  /** What the sources come to; undefined when they have errors. */
  readonly release: FingerprintedRelease | undefined;
  /**
   * Looked at closely: what somebody has changed since the last deploy is in it. Undefined where
   * there was nothing to plan.
   */
  readonly plan: Result<ProjectPlan | undefined, PlatformError> | undefined;
  /** The newest runs, newest first. */
  readonly runs: Result<readonly RunSummary[], PlatformError>;
  /** Why the newest failed. */
  readonly diagnosis: Diagnosis | undefined;
  /** Undefined where no model is asked for. */
  readonly model: ModelDecision | undefined;
  /** What the account's checks say of secrets and instances; or the secrets of this machine. */
  readonly needs: readonly Check[];
}

/** Is it deployed as the sources have it, and do its runs succeed? */
export function checkMachine(facts: MachineFacts): DoctorCheck[] {
  const { deployed } = facts;
  if (!deployed.ok) return [reporter("state machine", "deployed").error(deployed.error)];
  const standing = deployed.value;
  return [
    checkDeployed(facts, standing),
    ...(standing === undefined
      ? []
      : [...checkVariables(facts, standing), ...checkDrift(facts), ...checkRuns(facts)]),
    ...checkModel(facts, standing),
    ...facts.needs.map((check): DoctorCheck => ({ ...check, section: "state machine" })),
  ];
}

function checkDeployed(
  { environment, name, now, release, plan }: MachineFacts,
  deployed: DeployedRelease | undefined,
): DoctorCheck {
  const says = reporter("state machine", "deployed");
  if (deployed === undefined) {
    return says.failed(
      `${name} is not deployed to ${environment}`,
      `${run(environment, "deploy", name)} does that.`,
    );
  }
  const { fingerprint, deployedAt, actor } = deployed;
  const what = `${deployed.release.version} (${fingerprint.slice(0, 8)}), ${relative(deployedAt, now)} by ${actorText(actor)}`;
  if (deployed.release.definition === undefined) {
    return says.warning(`${what}: it has no steps to run`, "Give it steps, or a main.py.");
  }
  const hold = plan?.ok === true ? plan.value?.hold : undefined;
  if (hold !== undefined) {
    // A deploy would skip it.
    return says.warning(
      `${what}; it is held: ${hold}`,
      `Change what was wrong in its config or sources; then ${run(environment, "deploy", name)}.`,
    );
  }
  if (release === undefined || release.fingerprint === fingerprint) return says.passed(what);
  const differs = isSameAuthored(deployed, release)
    ? "Esteira changed since then"
    : "the sources differ from it";
  return says.warning(
    `${what}; ${differs}`,
    `${run(environment, "plan", name)} shows in what, ${run(environment, "deploy", name)} applies that.`,
  );
}

function checkVariables(
  { environment, name, release, plan }: MachineFacts,
  deployed: DeployedRelease,
): DoctorCheck[] {
  // What is held differs on purpose.
  if (release === undefined || (plan?.ok === true && plan.value?.hold !== undefined)) return [];
  const says = reporter("state machine", "variables");
  const before = deployed.release.task.environment;
  const after = release.release.task.environment;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const different = names.filter((variable) => before[variable] !== after[variable]);
  if (different.length === 0) {
    return [says.passed(`${count(names.length, "variable")}, as config.yaml has them`)];
  }
  const described = different.map((variable) => {
    if (before[variable] === undefined) return `${variable} (not deployed yet)`;
    return after[variable] === undefined ? `${variable} (no longer in config.yaml)` : variable;
  });
  return [
    says.warning(
      `other than in config.yaml: ${described.join(", ")}`,
      `${run(environment, "deploy", name)} applies them.`,
    ),
  ];
}

/** What somebody has changed or removed without Esteira. */
function checkDrift({ environment, name, plan }: MachineFacts): DoctorCheck[] {
  const says = reporter("state machine", "resources");
  if (plan === undefined) return [];
  if (!plan.ok) return [says.error(plan.error)];
  const drifted = plan.value?.changes.filter(({ drift }) => drift) ?? [];
  if (drifted.length === 0) {
    const group = plan.value?.changes.find(({ kind }) => kind === "log-group");
    const logs = group === undefined ? "" : `, the logs' group ${group.name} with them`;
    return [says.passed(`all as they were deployed${logs}`)];
  }
  return [
    says.failed(
      `changed since the deploy, without Esteira: ${drifted.map(driftText).join("; ")}`,
      `${run(environment, "deploy", name, "--refresh")} puts it back.`,
    ),
  ];
}

function driftText({ kind, name, action, fields }: Change): string {
  const what = `${kind.replaceAll("-", " ")} ${name}`;
  if (action === "create") return `${what} is gone`;
  const paths = fields.map(({ path }) => path);
  return paths.length === 0 ? what : `${what} (${paths.join(", ")})`;
}

function checkRuns({ environment, name, now, runs, diagnosis }: MachineFacts): DoctorCheck[] {
  const says = reporter("state machine", "last run");
  if (!runs.ok) return [says.error(runs.error)];
  const [last] = runs.value;
  if (last === undefined) return [says.passed(`${name} has not run yet`)];
  const when = relative(last.endedAt ?? last.startedAt, now);
  if (last.interrupted) {
    return [
      says.failed(
        `${last.run} does not continue: the process that drove it is gone or hangs`,
        `${run(environment, "resume", last.run)} continues it.`,
      ),
    ];
  }
  switch (last.status) {
    case "RUNNING":
    case "PENDING_REDRIVE":
      return [says.passed(`${last.run} began ${relative(last.startedAt, now)} and is running`)];
    case "SUCCEEDED": {
      const failures = runs.value.filter(({ status }) => isFailure(status)).length;
      const others = failures === 0 ? "" : `; of the last ${runs.value.length}, ${failures} failed`;
      return [says.passed(`${last.skipped ? "skipped" : "succeeded"} ${when}${others}`)];
    }
    case "FAILED":
    case "TIMED_OUT":
    case "ABORTED": {
      const what = { FAILED: "failed", TIMED_OUT: "timed out", ABORTED: "was stopped" }[
        last.status
      ];
      const why = diagnosis?.message ?? last.failure;
      return [
        says.failed(
          `${what} ${when}${why === undefined ? "" : `: ${why}`}`,
          `${diagnosis === undefined ? "" : `${diagnosis.help} `}More: ${run(environment, "status", last.run)}.`,
        ),
      ];
    }
  }
}

function isFailure(status: RunSummary["status"]): boolean {
  return status === "FAILED" || status === "TIMED_OUT" || status === "ABORTED";
}

function checkModel(
  { model, name, environment }: MachineFacts,
  deployed: DeployedRelease | undefined,
): DoctorCheck[] {
  if (model === undefined) return [];
  const says = reporter("state machine", "model");
  if (model.refusal !== undefined) return [says.error(model.refusal)];
  const [warning] = model.warnings;
  if (model.version === undefined) {
    return [
      says.warning(
        warning ?? `nothing is known of the model ${model.model}`,
        "Steps that load it will fail.",
      ),
    ];
  }
  const place = model.place === undefined ? "" : `, ${model.place}`;
  const found = `version ${model.version} of ${model.model}${place}`;
  if (deployed !== undefined && deployed.decided["model"] === undefined) {
    return [
      says.failed(
        `steps get no model: none was found when ${name} was deployed; there is ${found} now`,
        `${run(environment, "deploy", name)} gives it to them.`,
      ),
    ];
  }
  const uri = `models:/${model.model}/${model.version}`;
  if (
    deployed !== undefined &&
    model.promotion === undefined &&
    deployed.decided["model_uri"] !== uri
  ) {
    return [
      says.warning(
        `${found}; steps get ${deployed.decided["model"] ?? "none"}: nobody has deployed it since then`,
        `${run(environment, "deploy", name, "--refresh")} gives it to them.`,
      ),
    ];
  }
  return [
    warning === undefined
      ? says.passed(found)
      : says.warning(`${found}: ${warning}`, "A deploy continues all the same."),
  ];
}
