import type { Project } from "../../config/model.ts";
import { parseSecret } from "../../config/normalize.ts";
import { indexSecrets, sharedSecrets } from "../../config/shared-secrets.ts";
import { ok, type Result } from "../../core/result.ts";
import type { SecretAddress } from "../../platform/roles/secrets.ts";
import { notFound, refused, usage, type Failure } from "../failure.ts";
import { projectWords, suggestName } from "../names.ts";

/** A secret with the projects whose steps get it. */
export interface NamedSecret extends SecretAddress {
  /** Sorted; empty where no config names it. */
  readonly projects: readonly string[];
}

/** The secrets that projects' configs name, one entry each; shared ones once for each variable. */
export function namedSecrets(projects: readonly Project[]): readonly NamedSecret[] {
  const found = new Map<string, NamedSecret>();
  for (const { name, runtime } of projects) {
    const ofIndex = runtime.index?.secret;
    const opening =
      ofIndex === undefined
        ? []
        : [[ofIndex, { source: "ssm", name: ofIndex }, indexSecrets] as const];
    const ofSteps = Object.entries(runtime.secrets).map(
      ([variable, reference]) =>
        [variable, reference, reference.shared === true ? sharedSecrets : name] as const,
    );
    for (const [variable, reference, owner] of [...ofSteps, ...opening]) {
      const key = JSON.stringify([owner, variable, reference]);
      const before = found.get(key)?.projects ?? [];
      found.set(key, { owner, variable, reference, projects: [...before, name].toSorted() });
    }
  }
  return [...found.values()];
}

/**
 * The secret that somebody means by a variable's name, or by `shared:NAME`.
 *
 * @param project the one whose secret it is, where somebody said so
 */
export function findSecret(
  secrets: readonly NamedSecret[],
  text: string,
  project: string | undefined,
): Result<NamedSecret, Failure> {
  if (text.includes("=")) {
    return usage(
      "a secret's value doesn't belong on the command line, where other programs and the shell's history see it",
      "Give the name alone: the value is asked for, or read from standard input.",
    );
  }
  if (text.startsWith("shared:")) return sharedSecret(secrets, text, project);
  const known = secrets.filter(
    ({ projects }) => project === undefined || projects.includes(project),
  );
  const meant = known.filter(({ variable }) => variable === text);
  const [first, ...others] = meant;
  const where = project === undefined ? "no project names" : `${project} doesn't name`;
  if (first === undefined) {
    const names = [...new Set(known.map(({ variable }) => variable))];
    return notFound(
      `${where} a secret ${text}`,
      suggestName(text, names, {
        have: "Their configs name",
        none: `Name it in config.yaml first, under runtime.secrets: { ${text}: "ssm:${text.toLowerCase()}" }.`,
      }),
    );
  }
  if (others.length === 0) return ok(first);
  const owners = [...new Set(meant.flatMap(({ projects }) => projects))];
  return refused(
    `${owners.join(" and ")} each have a secret ${text}`,
    `Say which one you mean: --project ${owners[0] ?? ""}.`,
  );
}

function sharedSecret(
  secrets: readonly NamedSecret[],
  text: string,
  project: string | undefined,
): Result<NamedSecret, Failure> {
  const reference = parseSecret(text);
  if (project !== undefined) {
    return usage(`${text} is of no project`, "Leave out --project.");
  }
  if (reference === undefined) {
    return usage(
      `${text} can't be the name of a shared secret`,
      "Use letters, digits and underscores, and no digit at the beginning.",
    );
  }
  const { name } = reference;
  const same = secrets.filter((one) => one.owner === sharedSecrets && one.reference.name === name);
  const projects = [...new Set(same.flatMap((one) => one.projects))].toSorted();
  return ok({ owner: sharedSecrets, variable: name, reference, projects });
}

/** Checks that a project is among those that could be read. */
export function knownProject(
  projects: readonly Project[],
  wanted: string | undefined,
): Result<void, Failure> {
  const names = projects.map(({ name }) => name as string);
  if (wanted === undefined || names.includes(wanted)) return ok(undefined);
  return notFound(`there is no project ${wanted}`, suggestName(wanted, names, projectWords));
}
