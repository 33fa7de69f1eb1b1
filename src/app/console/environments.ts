import { posix } from "node:path";

import type { Environment, Workspace } from "../../config/model.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { openPlatform, openWorkspace, type PlatformSession } from "../workspace.ts";

/**
 * The environments of a workspace while a console is open: each platform is opened when somebody
 * looks at it, and once.
 */
export interface ConsoleEnvironments {
  /** As `esteira.yaml` had it when the console was opened. */
  readonly workspace: Workspace;
  readonly root: string;
  /** The one to show first. */
  readonly first: string;
  readonly list: readonly Environment[];
  /** The environment's platform, or why it can't be used; a failure is asked for again soon. */
  session(name: string): Promise<Result<PlatformSession, Failure>>;
  close(): Promise<void>;
}

/** How long a failure is given again without another try, and how old a list of folders may be. */
const failureMs = 5000;
const foldersMs = 5000;

interface Opened {
  readonly session: PlatformSession;
  readonly lookedAt: number;
}

/** @param first what `-e` says */
export async function openEnvironments(
  host: Host,
  first: string | undefined,
): Promise<Result<ConsoleEnvironments, Failure>> {
  const opened = await openWorkspace(host, first);
  if (!opened.ok) return opened;
  const { workspace, root, environment } = opened.value;
  const sessions = new Map<string, Promise<Result<Opened, Failure>>>();
  const failedAt = new Map<string, number>();

  const open = async (name: string): Promise<Result<Opened, Failure>> => {
    const found = await openWorkspace(host, name);
    if (!found.ok) return found;
    const platform = await openPlatform(host, found.value, {});
    if (!platform.ok) return platform;
    const { environment: settings, directories, folders } = found.value;
    const session: PlatformSession = {
      platform: platform.value,
      environment: settings.name,
      settings,
      projectNames: directories.map((directory) => posix.basename(directory)),
      folders,
      region: settings.platform === "aws" ? settings.region : undefined,
      actor: platform.value.actor ?? host.actor,
    };
    return ok({ session, lookedAt: host.clock.now() });
  };

  /** The same platform, with the folders as they are by now. */
  const look = async ({ session }: Opened): Promise<Result<Opened, Failure>> => {
    const found = await openWorkspace(host, session.environment);
    const lookedAt = host.clock.now();
    if (!found.ok) return ok({ session, lookedAt });
    const { directories, folders } = found.value;
    const projectNames = directories.map((directory) => posix.basename(directory));
    return ok({ session: { ...session, projectNames, folders }, lookedAt });
  };

  return ok({
    workspace,
    root,
    first: environment.name,
    list: [...workspace.environments.values()],
    async session(name) {
      const now = host.clock.now();
      const tried = failedAt.get(name);
      if (tried !== undefined && now - tried > failureMs) {
        failedAt.delete(name);
        sessions.delete(name);
      }
      const known = sessions.get(name) ?? open(name);
      sessions.set(name, known);
      const found = await known;
      if (!found.ok) {
        if (!failedAt.has(name)) failedAt.set(name, now);
        return found;
      }
      if (now - found.value.lookedAt > foldersMs && sessions.get(name) === known) {
        // Who asks now is answered with what is known; the next one finds the folders of today.
        sessions.set(name, Promise.resolve(ok({ ...found.value, lookedAt: now })));
        void look(found.value).then((looked) => sessions.set(name, Promise.resolve(looked)));
      }
      return ok(found.value.session);
    },
    async close() {
      for (const opening of sessions.values()) {
        const found = await opening;
        if (found.ok) await found.value.session.platform.close();
      }
      sessions.clear();
    },
  });
}
