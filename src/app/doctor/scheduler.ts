import { actorText } from "../../core/actor.ts";
import type { Environment, Project } from "../../config/model.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { ScheduleView } from "../schedules/schedule-view.ts";
import { relative } from "../../core/text.ts";
import { type DoctorCheck, run, reporter } from "./check.ts";

export interface SchedulerFacts {
  readonly name: string;
  readonly environment: Pick<Environment, "name" | "schedules" | "platform">;
  readonly now: number;
  /** Undefined when its configuration has errors. */
  readonly project: Pick<Project, "schedule" | "batchEnabled"> | undefined;
  /** As it is deployed: undefined where there is none. */
  readonly schedule: Result<ScheduleView | undefined, PlatformError>;
  /** What watching finds of the project. */
  readonly findings: Result<readonly WatchFinding[], PlatformError>;
  /** The last fire that there should have been; undefined where there was none. */
  readonly lastFire: number | undefined;
  /** A moment as the schedule's zone writes it. */
  readonly local: (at: number) => string;
  /**
   * Whether the scheduler that starts the runs is there: the role on AWS, `esteira up` on this
   * machine. Undefined: not known.
   */
  readonly scheduler: Omit<DoctorCheck, "section"> | undefined;
}

/** Should it fire, is it set so, and did it? */
export function checkScheduler(facts: SchedulerFacts): DoctorCheck[] {
  const { schedule, project, name } = facts;
  const says = reporter("scheduler", "schedule");
  if (!schedule.ok) return [says.error(schedule.error)];
  const view = schedule.value;
  if (view === undefined && project?.schedule === undefined) {
    return [says.passed(`${name} has none: its runs are started by hand`)];
  }
  return [
    ...checkEnabled(facts),
    ...(view === undefined
      ? [notDeployed(facts)]
      : [checkCron(facts, view), checkState(facts, view)]),
    ...(facts.scheduler === undefined
      ? []
      : [{ section: "scheduler" as const, ...facts.scheduler }]),
    ...checkFires(facts, view),
  ];
}

function checkEnabled({ project, environment, name }: SchedulerFacts): DoctorCheck[] {
  if (project === undefined) return [];
  const says = reporter("scheduler", "config");
  const deploys = `; then ${run(environment.name, "deploy", name)}.`;
  const { schedule, batchEnabled } = project;
  if (schedule === undefined) return [];
  if (!batchEnabled) {
    return [says.warning("`batch.enabled` is false: nothing runs", `Set it to true${deploys}`)];
  }
  if (!schedule.enabled) {
    return [says.warning("`schedule.enabled` is false in config.yaml", `Set it to true${deploys}`)];
  }
  if (environment.schedules === "disabled") {
    return [
      says.warning(
        `no schedule fires in ${environment.name}: esteira.yaml says \`schedules: disabled\``,
        `Set it to \`as_configured\`${deploys}`,
      ),
    ];
  }
  return [says.passed("`schedule.enabled` is true")];
}

function notDeployed({ environment, name }: SchedulerFacts): DoctorCheck {
  return reporter("scheduler", "state").failed(
    "config.yaml has a schedule, and none is deployed",
    `${run(environment.name, "deploy", name)} makes it.`,
  );
}

function checkCron(facts: SchedulerFacts, { schedule, words, next }: ScheduleView): DoctorCheck {
  const says = reporter("scheduler", "cron");
  const { environment, name } = facts;
  if (schedule.cron === undefined && schedule.after !== undefined) {
    return says.passed(`${schedule.expression}: it starts when these have succeeded`);
  }
  if (schedule.cron === undefined && schedule.on !== undefined) {
    return says.passed(`${schedule.expression}: it starts when these arrive`);
  }
  if (schedule.cron === undefined) {
    return says.failed(
      `it fires by ${schedule.expression}, which is not what was deployed`,
      `${run(environment.name, "deploy", name, "--refresh")} puts it back.`,
    );
  }
  const [first] = next ?? [];
  const said =
    words === undefined ? "" : `, ${words.en.slice(0, 1).toLowerCase()}${words.en.slice(1)}`;
  const what = `${schedule.cron}${said} (${schedule.timezone})`;
  if (first === undefined) {
    return says.failed(`${what} never fires`, "Name a day that exists in `schedule.cron`.");
  }
  const when = `${facts.local(first)}, ${relative(first, facts.now)}`;
  return says.passed(
    schedule.state === "enabled" ? `${what}; next ${when}` : `${what}; it would fire ${when}`,
  );
}

function checkState(facts: SchedulerFacts, { schedule, why }: ScheduleView): DoctorCheck {
  const says = reporter("scheduler", "state");
  const { environment, name, project } = facts;
  const enable = `${run(environment.name, "schedule enable", name)} lifts that.`;
  switch (why) {
    case undefined:
      return says.passed(`${schedule.name} is enabled`);
    case "missing":
      return says.failed(
        `${schedule.name} was removed since the deploy`,
        `${run(environment.name, "deploy", name, "--refresh")} makes it again.`,
      );
    case "hand": {
      const { actor, at, reason } = schedule.hold ?? { actor: "somebody", at: facts.now };
      const because = reason === undefined ? "" : ` (${reason})`;
      return says.warning(
        `${actorText(actor)} disabled ${schedule.name} ${relative(at, facts.now)}${because}`,
        enable,
      );
    }
    case "other":
      return says.failed(`${schedule.name} was disabled without Esteira`, enable);
    case "gone":
      return says.warning(
        `${schedule.name} is disabled: the project has no folder any more`,
        "`esteira deploy --prune` removes what is left of it.",
      );
    case "config":
    case "environment": {
      const wanted = project?.schedule?.enabled === true && environment.schedules !== "disabled";
      if (!wanted) return says.passed(`${schedule.name} is disabled, as it was configured`);
      return says.warning(
        `${schedule.name} is disabled: the change of its configuration is not deployed`,
        `${run(environment.name, "deploy", name)} applies that.`,
      );
    }
  }
}

function checkFires(
  { findings, lastFire, local, now }: SchedulerFacts,
  view: ScheduleView | undefined,
): DoctorCheck[] {
  const says = reporter("scheduler", "fires");
  if (!findings.ok) return [says.error(findings.error)];
  if (findings.value.length > 0) {
    return findings.value.map(({ message, help }) => says.failed(message, withoutDoctor(help)));
  }
  if (view === undefined || view.schedule.state !== "enabled") return [];
  return [
    says.passed(
      lastFire === undefined
        ? "none was due since it was deployed or changed"
        : `the last was due ${local(lastFire)}, ${relative(lastFire, now)}, and its run began`,
    ),
  ];
}

/** Who reads this has come to the doctor already. */
function withoutDoctor(help: string): string {
  return help.replace(/^`esteira doctor [^`]*` looks for the reason; /, "");
}
