import { projectName } from "../../core/ids.ts";
import { snakeCased } from "../../core/snake-case.ts";
import { ok, type Result } from "../../core/result.ts";
import type { DeployedRelease } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { shownRecipients } from "../../runs/delivery.ts";
import type { RunView } from "../../runs/model.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { knownProjects } from "../missing-projects.ts";
import { projectWords, suggestName } from "../names.ts";
import { heldProjects } from "../runs/overview.ts";
import { latestRun } from "../runs/run-reference.ts";
import { nextFire } from "../schedules/next-fire.ts";
import { scheduleFields } from "../schedules/schedule-document.ts";
import { scheduleView } from "../schedules/schedule-view.ts";
import type { PlatformSession } from "../workspace.ts";
import type { ConsoleContext } from "./context.ts";
import { viewOf } from "./run-view.ts";

type ProjectDocument = ConsoleDocumentOf<"project">;

/** Next fires that a project's page shows. */
const shownFires = 5;

/** A project as it is deployed, with the state of its newest run. */
export async function readProject(
  { host }: ConsoleContext,
  session: PlatformSession,
  project: string,
): Promise<Result<ProjectDocument, Failure>> {
  const { platform, environment, settings, folders, projectNames } = session;
  const name = projectName(project);
  const deployed = await platform.deployed(name);
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  const last = await latestRun(platform, project);
  if (!last.ok) return last;
  const inWorkspace = projectNames.includes(project);
  if (deployed.value === undefined && last.value === undefined && !inWorkspace) {
    return notFound(
      `there is no project ${project}`,
      suggestName(project, projectNames, projectWords),
    );
  }
  const schedules = await platform.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  const schedule = schedules.value.find((one) => one.project === project);
  const now = host.clock.now();
  const known =
    schedule === undefined ? undefined : await knownProjects(folders, [schedule.project]);
  const view = last.value === undefined ? ok(undefined) : await viewOf(platform, last.value);
  if (!view.ok) return view;
  const release = deployed.value?.release;
  return ok({
    environment,
    project,
    description: release?.description ?? "",
    owners: { technical: release?.owners.technical, business: release?.owners.business },
    inWorkspace,
    deployed: deployed.value && briefly(deployed.value),
    hold: (await heldProjects(platform)).get(project),
    steps: release === undefined ? [] : nodesOf(release, view.value),
    parameters: release?.parameters ?? [],
    lastRun: last.value,
    next: nextFire(schedule, now),
    schedule:
      schedule &&
      scheduleFields(
        scheduleView(schedule, { now, count: shownFires, environment: settings, known }),
      ),
    model: release && {
      name: release.model.name,
      required: release.model.required,
      version: deployed.value?.decided["model"],
    },
    config: release && shownRelease(release),
  });
}

function briefly({ release, fingerprint, deployedAt }: DeployedRelease) {
  return { version: release.version, fingerprint, deployedAt };
}

function nodesOf(release: Release, view: RunView | undefined): ProjectDocument["steps"] {
  return release.steps.map((step) => {
    const seen = view?.steps.find(({ id }) => id === step.id);
    const { startedAt, endedAt } = seen ?? {};
    return {
      id: step.id,
      name: step.name,
      command: step.command,
      dependsOn: step.dependsOn,
      forEach: step.forEach !== undefined,
      ...step.resources,
      timeoutSeconds: step.timeoutSeconds,
      retries: step.retries,
      status: seen?.status,
      durationMs:
        startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt,
    };
  });
}

/** Fields of a release whose own fields are the names of people, or of AWS. */
const namedByPeople: ReadonlySet<string> = new Set([
  "buildArguments",
  "environment",
  "environmentVariables",
  "secrets",
  "metrics",
  "definition",
]);

/**
 * A release as it is shown, its fields as `config.yaml` has them. Who knows a webhook's path can
 * post to it, so only its host is there.
 */
export function shownRelease(release: Release): unknown {
  const shown = (all: Release["notifications"]["onSuccess"]): readonly string[] =>
    shownRecipients(all.map((one) => (one.kind === "email" ? one.address : one.url)));
  const { onSuccess, onFailure } = release.notifications;
  const notifications = { onSuccess: shown(onSuccess), onFailure: shown(onFailure) };
  return snakeCased({ ...release, notifications }, namedByPeople);
}
