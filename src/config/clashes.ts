import type { Environment, Workspace } from "./model.ts";

/** What names a project's things, as its author wrote it. */
export interface ProjectIdentity {
  /** Name of its folder. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

/** Two projects that would have one thing of the same name, each later one with the first. */
export interface Clash<Of> {
  readonly kind: ClashKind;
  readonly earlier: Of;
  readonly later: Of;
  /** The name that both would have. */
  readonly key: string;
}

type ClashKind = "name" | "image-tag" | "resource-name";

/**
 * Finds the names that several projects would share.
 *
 * @param identityOf undefined for a project whose file can't be read: it has no names
 */
export function clashesOf<Of>(
  projects: readonly Of[],
  workspace: Workspace,
  identityOf: (project: Of) => ProjectIdentity | undefined,
): readonly Clash<Of>[] {
  const all = projects.flatMap((of) => {
    const identity = identityOf(of);
    return identity === undefined ? [] : [{ of, ...identity }];
  });
  const environments = [...workspace.environments.values()];
  return [
    // A name that isn't its folder's (a copy, mostly) has been reported already.
    ...sharing("name", all, ({ folder, name }) => (folder === name ? [name] : [])),
    // `a` with `1-2` and `a-1` with `2` have one tag.
    ...sharing("image-tag", all, ({ name, version }) => [`${name}-${version}`]),
    // With suffixes, one project in one environment can have the names of another in another.
    ...sharing("resource-name", all, ({ name }) =>
      environments.flatMap((environment) => resourceNames(name, environment)),
    ),
  ];
}

type Named<Of> = ProjectIdentity & { readonly of: Of };

function sharing<Of>(
  kind: ClashKind,
  projects: readonly Named<Of>[],
  keysOf: (project: Named<Of>) => readonly string[],
): Clash<Of>[] {
  const first = new Map<string, Named<Of>>();
  const found: Clash<Of>[] = [];
  for (const project of projects) {
    for (const key of new Set(keysOf(project))) {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, project);
      else if (kind === "name" || earlier.name !== project.name) {
        found.push({ kind, earlier: earlier.of, later: project.of, key });
      }
    }
  }
  return found;
}

function resourceNames(name: string, environment: Environment): string[] {
  if (environment.platform !== "aws") return [];
  const { accountId, region, endpointUrl = "", suffix } = environment;
  return [`${name}${suffix} ${accountId} ${region} ${endpointUrl}`];
}
