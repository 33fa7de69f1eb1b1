import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";

import type { ProjectName } from "../../core/ids.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { getHold } from "../bucket/holds.ts";
import { getRelease, listReleases, type ReleaseDocument } from "../bucket/releases.ts";
import { readMarks } from "../deploy/observe.ts";
import { namedProject } from "../deploy/prepare-removal.ts";
import { readClusters } from "../resources/cluster.ts";
import { markOf } from "../resources/marks.ts";
import { stateMachine } from "../resources/state-machine.ts";
import type { AccountSession, Session } from "../deploy/session.ts";
import { isSameOwner, ownerOf } from "../sdk/ownership.ts";
import { sweep } from "../sdk/tags.ts";

/** A release that is kept and can be restored. */
export interface KeptRelease {
  readonly document: ReleaseDocument;
  /** It is what is deployed now. */
  readonly current: boolean;
  /** A rollback left it behind, and deploys skip it. */
  readonly rejected: boolean;
}

/** All releases of a project that are kept, by the time of their deploy, the newest first. */
export async function keptReleases(
  session: Session,
  project: ProjectName,
): Promise<Result<readonly KeptRelease[], PlatformError>> {
  const [listed, hold, mark] = await Promise.all([
    listReleases(session.store, project),
    getHold(session.store, project),
    readMark(session, project),
  ]);
  if (!listed.ok) return listed;
  if (!hold.ok) return hold;
  if (!mark.ok) return mark;
  const documents = all(
    await mapConcurrently(listed.value, 16, ({ fingerprint }) =>
      getRelease(session.store, project, fingerprint),
    ),
  );
  if (!documents.ok) return documents;
  return ok(
    documents.value
      .flatMap((document) => document ?? [])
      .toSorted((a, b) => b.deployedAt - a.deployedAt)
      .map((document) => ({
        document,
        current: document.fingerprint === mark.value,
        rejected: document.fingerprint === hold.value?.rejected?.fingerprint,
      })),
  );
}

/** The commit mark as it is at this moment; undefined when nothing is deployed whole. */
async function readMark(
  session: AccountSession,
  project: ProjectName,
): Promise<Result<string | undefined, PlatformError>> {
  const { names } = namedProject(session, project);
  const read = await stateMachine.observe(session.context, [names.stateMachine]);
  if (!read.ok) return read;
  const found = read.value.get(names.stateMachine);
  const { workspace, environment } = session.context;
  const owner = { workspace, environment: environment.name, project };
  return ok(found && isSameOwner(stateMachine.ownerOf(found), owner) ? markOf(found) : undefined);
}

/** What is deployed of a project now: the release that its mark names. */
export async function deployedRelease(
  session: AccountSession,
  project: ProjectName,
): Promise<Result<DeployedRelease | undefined, PlatformError>> {
  const mark = await readMark(session, project);
  if (!mark.ok) return mark;
  if (mark.value === undefined) return ok(undefined);
  const document = await getRelease(session.store, project, mark.value);
  return document.ok ? ok(document.value && deployedOf(document.value)) : document;
}

/**
 * Every project that has something in the account: by its mark, or, where a destroy or a first
 * deploy was interrupted, by the newest release that is kept of it.
 */
export async function deployedReleases(
  session: AccountSession,
): Promise<Result<readonly DeployedRelease[], PlatformError>> {
  const { context, store } = session;
  const projects = await present(session);
  if (!projects.ok) return projects;
  const documents = all(
    await mapConcurrently([...projects.value], 16, async ([project, mark]) => {
      if (mark !== undefined) {
        const marked = await getRelease(store, project, mark);
        if (!marked.ok || marked.value !== undefined) return marked;
      }
      const listed = await listReleases(store, project);
      if (!listed.ok) return listed;
      const [newest] = listed.value;
      return newest === undefined ? ok(undefined) : getRelease(store, project, newest.fingerprint);
    }),
  );
  if (!documents.ok) return documents;
  return ok(
    documents.value
      .flatMap((document) => (document === undefined ? [] : [deployedOf(document)]))
      .filter(({ release }) => release.environment === context.environment.name)
      .toSorted((a, b) => (a.release.project < b.release.project ? -1 : 1)),
  );
}

/**
 * Projects with a state machine or a cluster, and their marks. The tags lag, so that each is looked
 * for where it would be.
 */
async function present(
  session: AccountSession,
): Promise<Result<ReadonlyMap<string, string | undefined>, PlatformError>> {
  const { context } = session;
  const [marks, clusters] = await Promise.all([
    readMarks(context),
    sweep(context, ["ecs:cluster"]),
  ]);
  if (!marks.ok) return marks;
  if (!clusters.ok) return clusters;
  const clusterNames = [...clusters.value.keys()].map((arn) => arn.split("/").at(-1) ?? "");
  return callAws(context.environment.name, "look for what is deployed", async () => {
    const there = await readClusters(context, clusterNames);
    const machines = new Set<string>();
    let nextToken: string | undefined;
    do {
      const page = await context.clients.sfn.send(
        new ListStateMachinesCommand({
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      for (const { name = "" } of page.stateMachines ?? []) machines.add(name);
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    const found = new Map<string, string | undefined>();
    for (const { tags } of there.values()) {
      const project = ownerOf(tags)?.project;
      if (project !== undefined) found.set(project, undefined);
    }
    for (const { project, stateMachine, fingerprint } of marks.value.values()) {
      if (machines.has(stateMachine)) found.set(project, fingerprint);
    }
    return found;
  });
}

function deployedOf({
  schema: _schema,
  commit: _commit,
  ...deployed
}: ReleaseDocument): DeployedRelease {
  return deployed;
}
