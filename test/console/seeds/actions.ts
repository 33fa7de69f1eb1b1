import type { SeedAnswer } from "./answer.ts";
import { seedOperation } from "./environment.ts";
import { scheduleOf } from "./project.ts";
import { day, now, type SeedProject, zone } from "./projects.ts";

/** What is answered to a change of a project, and to the look before it; `undefined`: no such. */
export function projectAction(
  environment: string,
  project: SeedProject,
  asked: string,
  query: URLSearchParams,
): SeedAnswer | undefined {
  const about = { schema: 1, environment, project: project.name } as const;
  const command = `esteira … ${project.name} -e ${environment}`;
  switch (asked) {
    case "POST /run": {
      const run = `${project.name}-20261113T111200Z-a1b2c3`;
      return { name: "run-action", document: { ...about, run, command } };
    }
    case "POST /schedule": {
      const schedule = scheduleOf(project);
      return {
        name: "schedule-action",
        document: { schema: 1, environment, schedule, command },
      };
    }
    case "GET /backfill": {
      const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""].map(Date.parse);
      const days = Math.max(0, Math.min(60, ((to ?? now) - (from ?? now)) / day + 1));
      const items = Array.from({ length: days }, (_, index) => ({
        at: (from ?? now) + index * day,
        state: index === 0 ? ("succeeded" as const) : ("to-run" as const),
        run: index === 0 ? `${project.name}-20261101T060000Z-a1b2c3` : null,
      }));
      return { name: "backfill-preview", document: { ...about, timezone: zone, items, command } };
    }
    case "POST /backfill":
    case "POST /rollback":
      return { name: "operation", document: seedOperation(environment, "running") };
    case "POST /promote":
      return {
        name: "promote-action",
        document: {
          ...about,
          model: project.name,
          version: "13",
          to: "Production",
          changed: true,
          undo: null,
          command,
        },
      };
    default:
      return undefined;
  }
}
