import { loadWorkspace } from "../../config/load.ts";
import type { Project } from "../../config/model.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Result } from "../../core/result.ts";
import type { SecretStore } from "../../platform/roles/secrets.ts";
import type { Exit } from "../exit-codes.ts";
import type { Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { invalid, type PlatformSession, withPlatform } from "../workspace.ts";

export interface SecretSession extends PlatformSession {
  readonly store: SecretStore;
  readonly projects: readonly Project[];
}

/** Opens an environment with what keeps its secrets, and reads the configs that name them. */
export async function withSecrets(
  host: Host,
  wanted: string | undefined,
  work: (session: SecretSession) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  return withPlatform(host, wanted, async (session) => {
    const { root } = session.folders;
    const loaded = await loadWorkspace(root, session.environment, { onlyEnvironment: true });
    if (loaded.projects.length === 0 && hasErrors(loaded.diagnostics)) {
      return invalid(loaded.diagnostics, "no project's config could be read");
    }
    const { secrets: store } = session.platform;
    if (store === undefined) throw new Error("both platforms keep secrets");
    return work({ ...session, store, projects: loaded.projects });
  });
}
