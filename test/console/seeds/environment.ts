import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { fingerprintOf, nextFire, runOf } from "./fleet.ts";
import { hour, minute, now, type SeedProject, zone } from "./projects.ts";

const [from, to] = [now - 12 * hour, now + 12 * hour];

/** Twelve hours back and ahead: what ran, runs, waits, is late and is due. */
export function seedTonight(
  environment: string,
  projects: readonly SeedProject[],
): ConsoleDocument<"tonight"> {
  const has = (name: string): boolean => projects.some((project) => project.name === name);
  return {
    schema: 1,
    environment,
    at: now,
    zone,
    from,
    to,
    runs: projects
      .flatMap((project) => runOf(project, 0) ?? [])
      .filter(({ startedAt, endedAt }) => startedAt < now && (endedAt ?? now) > from)
      .toSorted((a, b) => a.startedAt - b.startedAt),
    waits: !has("ad-bidding")
      ? []
      : [
          {
            run:
              runOf(
                projects.find(({ name }) => name === "ad-bidding")!,
                0,
              )?.run ?? null,
            project: "ad-bidding",
            step: "score_bids",
            reason: "instance",
            since: now - 42 * minute,
            until: now + 21 * minute,
            message: "waits for an instance: there is no spot capacity of g5.xlarge in sa-east-1",
          },
          {
            run: null,
            project: "no-show",
            step: null,
            reason: "place",
            since: now - 62 * minute,
            until: null,
            message: "waits for a place in pool warehouse (2 of 2), behind price-scraper",
          },
          {
            run: null,
            project: "churn",
            step: null,
            reason: "overlap",
            since: now - 82 * minute,
            until: now + 10 * minute,
            message: "begins when the run of price-scraper has ended, which still runs",
          },
        ],
    late: projects
      .filter(({ state }) => state === "late")
      .map((project) => ({
        code: "watch/late",
        project: project.name,
        run: runOf(project, 0)?.run ?? null,
        message: project.failure?.[1] ?? "",
        help: project.failure?.[2] ?? "",
        since: now - 12 * minute,
        key: `late ${project.name}`,
      })),
    due: projects
      .filter(({ state }) => state !== "disabled" && state !== "never")
      .map((project) => ({
        project: project.name,
        at: nextFire(project),
        expectedMs: project.usual,
      }))
      .filter(({ at }) => at <= to)
      .toSorted((a, b) => a.at - b.at),
    more: false,
  };
}

export function seedPlan(
  environment: string,
  projects: readonly SeedProject[],
  only: string | null,
): ConsoleDocument<"plan"> {
  const changed: Readonly<Record<string, ConsoleDocument<"plan">["projects"][number]["changes"]>> =
    {
      recsys: [
        {
          kind: "image",
          name: "mobility:recsys-2.3.2",
          action: "create",
          fields: [],
          drift: false,
        },
        {
          kind: "task definition",
          name: "recsys",
          action: "update",
          fields: [
            { path: "containerDefinitions.0.memory", before: 16_384, after: 32_768 },
            {
              path: "containerDefinitions.0.image",
              before: "mobility:recsys-2.3.1",
              after: "mobility:recsys-2.3.2",
            },
          ],
          drift: false,
        },
        { kind: "schedule", name: "sched-recsys", action: "unchanged", fields: [], drift: false },
      ],
      "demand-forecast": [
        {
          kind: "auto scaling group",
          name: "asg-demand-forecast",
          action: "update",
          fields: [{ path: "MaxSize", before: 4, after: 6 }],
          drift: true,
        },
        {
          kind: "launch template",
          name: "lt-demand-forecast",
          action: "replace",
          fields: [{ path: "InstanceType", before: "m6i.xlarge", after: "m6a.xlarge" }],
          drift: false,
          note: "Instances that run keep the old one until they end",
        },
      ],
      "new-listings": ["image", "task definition", "state machine", "schedule"].map((kind) => ({
        kind,
        name: kind === "image" ? "mobility:new-listings-0.1.0" : `new-listings`,
        action: "create" as const,
        fields: [],
        drift: false,
      })),
    };
  return {
    schema: 1,
    environment,
    platform: environment === "local" ? "local" : "aws",
    projects: projects
      .filter(({ name }) => only === null || name === only)
      .map((project) => ({
        project: project.name,
        fingerprint: fingerprintOf(project.name, changed[project.name] === undefined ? 0 : -1),
        changes: changed[project.name] ?? [
          {
            kind: "state machine",
            name: `${project.name}-workflow`,
            action: "unchanged",
            fields: [],
            drift: false,
          },
        ],
        hold: project.state === "held" ? (project.hold ?? null) : null,
        warnings:
          project.name === "recsys"
            ? ["steps.score_segment asks for 32 GB; m6i.xlarge has 16"]
            : [],
        ...(project.name === "plate-ocr"
          ? {
              blocked: {
                reason: "refused" as const,
                message: "No version of the model plate-ocr is in Production",
                help: "Promote one: esteira model promote plate-ocr --version 3 --to Production -e prd",
              },
            }
          : {}),
      })),
  };
}

export function seedAudit(environment: string, query: URLSearchParams): ConsoleDocument<"audit"> {
  const actions = ["deploy", "start", "schedule.disable", "rollback", "resume", "stop", "promote"];
  const who = ["ana@mobility", "leo@mobility", "ci@mobility"];
  const names = ["recsys", "churn", "coupon-uplift", "city-clusters", "plate-ocr"];
  const all = Array.from({ length: 120 }, (_, index) => {
    const action = actions[(index * 5) % actions.length]!;
    const failed = index % 17 === 3;
    return {
      at: now - index * 97 * minute - (index % 5) * hour,
      environment,
      actor: who[(index * 7) % who.length]!,
      action,
      project: names[(index * 3) % names.length]!,
      subject: action === "deploy" ? "2.3.1" : null,
      commit: action === "deploy" ? fingerprintOf("audit", index).slice(0, 40) : null,
      outcome: failed ? ("failed" as const) : ("succeeded" as const),
      ...(failed ? { error: "The image could not be pushed: denied" } : {}),
      ...(action === "schedule.disable" ? { reason: "source in migration" } : {}),
      ...(action === "deploy" ? { summary: { create: 1, update: 2 } } : {}),
    };
  });
  const matches = (value: string | undefined, wanted: string | null): boolean =>
    wanted === null || (value ?? "").includes(wanted);
  const found = all.filter(
    ({ actor, action, project }) =>
      matches(actor, query.get("actor")) &&
      matches(action, query.get("action")) &&
      matches(project, query.get("project")),
  );
  const begin = Number(query.get("cursor") ?? 0);
  return {
    schema: 1,
    environment,
    entries: found.slice(begin, begin + 50),
    next: begin + 50 < found.length ? String(begin + 50) : null,
  };
}

/** A deploy on its way, or at its end. */
export function seedOperation(
  environment: string,
  state: "running" | "succeeded" | "failed",
): ConsoleDocument<"operation"> {
  const startedAt = now - 94_000;
  return {
    schema: 1,
    id: "deploy-1",
    kind: "deploy",
    environment,
    projects: ["recsys"],
    actor: "ana@mobility",
    command: `esteira deploy recsys -e ${environment}`,
    state,
    startedAt,
    endedAt: state === "running" ? null : now,
    lines: [
      { at: startedAt, text: "recsys: image mobility:recsys-2.3.2 is being built" },
      { at: startedAt + minute, text: "recsys: image mobility:recsys-2.3.2 is pushed" },
      {
        at: startedAt + minute + 4_000,
        text: "recsys: task definition recsys is updated (revision 42)",
      },
    ],
    result: null,
    problem: null,
  };
}
