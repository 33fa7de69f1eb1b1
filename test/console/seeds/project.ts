import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type BriefRun, fingerprintOf, firedAt, nextFire, runOf } from "./fleet.ts";
import { day, hour, minute, now, type SeedProject, zone } from "./projects.ts";
import { randomOf } from "./random.ts";

type Project = ConsoleDocument<"project">;
type Run = ConsoleDocument<"runs">["runs"][number];

/** Steps of every invented pipeline: id, those before it, its share of the duration. */
export const steps: readonly (readonly [string, readonly string[], number])[] = [
  ["extract_bookings", [], 0.14],
  ["extract_catalog", [], 0.07],
  ["build_features", ["extract_bookings", "extract_catalog"], 0.24],
  ["train_model", ["build_features"], 0.42],
  ["evaluate", ["train_model"], 0.05],
  ["score_segment", ["train_model"], 0.14],
  ["publish_scores", ["evaluate", "score_segment"], 0.06],
];

/** A run's row in a list. */
export function rowOfRun(project: SeedProject, brief: BriefRun): Run {
  return {
    ...brief,
    environment: "prd",
    actor: brief.trigger === "manual" ? "ana@mobility" : "",
    origin: brief.run,
    artifacts: `s3://mobility-artifacts/${project.name}/${brief.run}/`,
    release: fingerprintOf(project.name, 0),
    modelVersion: project.model?.[0] ?? null,
  };
}

/** Its runs, the newest first. */
export function runsOf(project: SeedProject, count: number): readonly BriefRun[] {
  return Array.from({ length: count }, (_, back) => runOf(project, back)).filter(
    (run) => run !== null,
  );
}

/** What a step is after a run. */
function stateOfStep(run: BriefRun | undefined, index: number): string | null {
  if (run === undefined) return null;
  if (run.status === "SUCCEEDED") return "succeeded";
  if (index < 5) return "succeeded";
  if (index === 6) return "pending";
  return run.status === "RUNNING" ? "running" : "failed";
}

export function seedProject(environment: string, project: SeedProject): Project {
  const [last] = runsOf(project, 14);
  const { name, version, hold, model, state } = project;
  const never = state === "never";
  return {
    schema: 1,
    environment,
    project: name,
    description: "Ranks what a person may book next, by segment, every night.",
    owners: { technical: project.owner, business: null },
    inWorkspace: true,
    deployed: never
      ? null
      : { version, fingerprint: fingerprintOf(name, 0), deployedAt: now - day - 15 * hour },
    hold,
    steps: never
      ? []
      : steps.map(([id, dependsOn, share], index) => ({
          id,
          name: id,
          command: `python -m steps.${id}`,
          dependsOn: [...dependsOn],
          forEach: id === "score_segment",
          cpu: 4,
          memoryGb: 16,
          gpu: 0,
          timeoutSeconds: 3_600,
          retries: 1,
          status: stateOfStep(last, index),
          durationMs: stateOfStep(last, index) === "pending" ? null : share * project.usual,
        })),
    parameters: [
      { name: "top_n", default: "2000", description: "Candidates kept for each person" },
      { name: "country", default: "BR", description: "Two letters, such as BR" },
    ],
    lastRun: last === undefined ? null : rowOfRun(project, last),
    next:
      state === "disabled" || never ? { kind: "disabled" } : { kind: "at", at: nextFire(project) },
    schedule: never ? null : scheduleOf(project),
    model: model === null ? null : { name, required: true, version: model[0] },
    config: {
      project: name,
      version,
      schedule: { cron: cronOf(project), timezone: zone, overlap: "skip", deadline: "08:00" },
      infra: { compute: { ec2_types: ["m6i.xlarge", "m6a.xlarge"], max_instances: 6 } },
      params: { top_n: { default: 2_000 }, country: { default: "BR" } },
      steps: steps.map(([id, dependsOn]) => ({
        id,
        command: `python -m steps.${id}`,
        depends_on: dependsOn,
        resources: { cpu: 4, memory_gb: 16 },
      })),
    },
  };
}

function cronOf({ fires }: SeedProject): string {
  const [hours, minutes] = fires.split(":").map(Number);
  return `${minutes} ${hours} * * *`;
}

export function scheduleOf(project: SeedProject): NonNullable<Project["schedule"]> {
  const off = project.state === "disabled";
  return {
    project: project.name,
    name: `sched-${project.name}`,
    state: off ? "disabled" : "enabled",
    disabledBy: off ? "hand" : null,
    hold: off ? { actor: "ana@mobility", at: now - 3 * day, reason: "source in migration" } : null,
    configured: true,
    cron: cronOf(project),
    expression: `cron(${cronOf(project)} ?)`,
    after: null,
    on: null,
    words: `Every day at ${project.fires}`,
    wordsInPortuguese: `Todo dia às ${project.fires}`,
    timezone: zone,
    overlap: "skip",
    deadline: "08:00",
    next: off
      ? []
      : [0, 1, 2].map((ahead) => {
          const at = nextFire(project) + ahead * day;
          return { at, local: new Date(at - 3 * hour).toISOString().slice(0, 16) };
        }),
  };
}

export function seedDurations(
  environment: string,
  project: SeedProject,
): ConsoleDocument<"durations"> {
  return {
    schema: 1,
    environment,
    project: project.name,
    steps: steps.map(([id]) => id),
    runs: runsOf(project, 60)
      .toReversed()
      .map((run) => {
        const random = randomOf(run.run);
        const took = (run.endedAt ?? now) - run.startedAt;
        const ran = run.status === "SUCCEEDED" ? steps : steps.slice(0, 6);
        return {
          run,
          steps: Object.fromEntries(
            ran.map(([id, , share]) => [id, Math.round(took * share * (0.9 + 0.2 * random()))]),
          ),
        };
      }),
  };
}

export function seedReleases(
  environment: string,
  project: SeedProject,
): ConsoleDocument<"releases"> {
  const [major = "1", minor = "0", patch = "0"] = project.version.split(".");
  const versions = [
    project.version,
    `${major}.${minor}.${Math.max(0, Number(patch) - 1)}`,
    `${major}.${Math.max(0, Number(minor) - 1)}.4`,
    `${major}.${Math.max(0, Number(minor) - 1)}.3`,
  ];
  return {
    schema: 1,
    environment,
    project: project.name,
    releases: versions.map((version, back) => ({
      version,
      fingerprint: fingerprintOf(project.name, back),
      current: back === 0,
      rejected: project.state === "held" && back === 1,
      deployedAt: now - day - 15 * hour - back * 12 * day,
      actor: back % 2 === 0 ? "ana@mobility" : "ci@mobility",
      commit: fingerprintOf(`${project.name} commit`, back).slice(0, 40),
      decided: {
        image: `sha256:${fingerprintOf(project.name, back)}`,
        task_definition: `arn:aws:ecs:sa-east-1:123456789012:task-definition/${project.name}:${41 - back}`,
      },
    })),
  };
}

export function seedComparison(
  environment: string,
  project: SeedProject,
  from: string,
  to: string,
): ConsoleDocument<"compare-releases"> {
  const { releases } = seedReleases(environment, project);
  const named = (fingerprint: string) =>
    releases.find((one) => one.fingerprint === fingerprint) ?? releases[0]!;
  return {
    schema: 1,
    environment,
    project: project.name,
    from: named(from),
    to: named(to),
    fields: [
      { path: "params.top_n.default", before: 500, after: 2_000 },
      { path: "steps.train_model.timeout_seconds", before: 1_800, after: 2_700 },
      {
        path: "infra.compute.ec2_types",
        before: ["m6i.xlarge"],
        after: ["m6i.xlarge", "m6a.xlarge"],
      },
      { path: "steps.evaluate.retry", before: null, after: { attempts: 2 } },
      { path: "source", before: "5b7f9a2c41", after: "8c41d0e977" },
    ],
  };
}

export function seedResources(
  environment: string,
  project: SeedProject,
): ConsoleDocument<"resources"> {
  const kinds = [
    ["image", `mobility:${project.name}-${project.version}`],
    ["log group", `/ecs/${project.name}`],
    ["cluster", `ml-cluster-${project.name}`],
    ["launch template", `lt-${project.name}`],
    ["auto scaling group", `asg-${project.name}`],
    ["capacity provider", `cp-${project.name}`],
    ["task definition", project.name],
    ["state machine", `${project.name}-workflow`],
    ["schedule", `sched-${project.name}`],
  ] as const;
  const drifted = project.drift ?? 0;
  return {
    schema: 1,
    environment,
    project: project.name,
    observedAt: now - 2 * minute,
    release: fingerprintOf(project.name, 0),
    resources: kinds.map(([kind, name], index) => {
      const drift = index === 4 && drifted > 0;
      const schedule = index === 8 && drifted > 1;
      return {
        kind,
        name,
        action: drift || schedule ? "update" : "unchanged",
        fields: [
          ...(drift ? [{ path: "MaxSize", before: 4, after: 6 }] : []),
          ...(schedule
            ? [
                {
                  path: "ScheduleExpression",
                  before: "cron(0 4 * * ? *)",
                  after: "cron(0 3 * * ? *)",
                },
              ]
            : []),
        ],
        drift: drift || schedule,
      };
    }),
  };
}

export function seedModels(environment: string, project: SeedProject): ConsoleDocument<"models"> {
  const newest = Number(project.model?.[0] ?? 0) + 1;
  return {
    schema: 1,
    environment,
    project: project.name,
    model: project.name,
    registry: "https://mlflow.mobility.example",
    versions:
      project.model === null
        ? []
        : ["Staging", "Production", "Archived", "Archived"].map((stage, back) => ({
            version: String(newest - back),
            stage,
            aliases: stage === "Production" ? ["champion"] : [],
            status: "READY",
            run: fingerprintOf(`${project.name} model`, back).slice(0, 32),
            description: "",
            createdAt: firedAt(project, back * 6),
            metrics: { auc: 0.846 - back * 0.004, "ndcg@10": 0.412 - back * 0.003 },
            releases: back === 1 ? [fingerprintOf(project.name, 0)] : [],
          })),
    problem: null,
  };
}
