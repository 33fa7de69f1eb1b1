import type { EnvironmentName } from "../core/ids.ts";
import type { ProjectInput, ProjectOutcome } from "./check-project.ts";
import { arrowProblems, projectsThere } from "./arrows.ts";
import { clashesOf } from "./clashes.ts";
import { keyOf, type KeptValues } from "./kept-values.ts";
import {
  type CheckedProjects,
  environmentsToCheck,
  inEachEnvironment,
} from "./projects-by-environment.ts";
import { areSame, askedAgain, type FileAnswer, stamped, stampsOf } from "./recorded-files.ts";
import { type CheckedWorkspace, unknownEnvironment } from "./workspace-file.ts";

/**
 * What checking projects gave before. Checking is a function of the project's config, of
 * `esteira.yaml` and of what the rules ask about the folder: as long as all of these are the same,
 * so is the outcome. What is in the folder is asked again only where its times show a change.
 */
export interface KeptProjects {
  /** Undefined where the project wasn't checked yet as it is now. */
  recall(input: ProjectInput, environments: readonly EnvironmentName[]): ProjectOutcome | undefined;
  /** @param answers what was asked about the folder meanwhile */
  keep(
    input: ProjectInput,
    environments: readonly EnvironmentName[],
    answers: readonly FileAnswer[],
    outcome: ProjectOutcome,
  ): void;
}

interface Kept {
  /** As `stampsOf` gives them: in most cases all that is looked at. */
  readonly stamps: string | undefined;
  readonly outcome: ProjectOutcome;
}

/**
 * @param answered what was asked about the folders meanwhile; read where a stamp has changed
 * @param workspace the bytes of `esteira.yaml`; undefined: there is none
 * @param folder name of the workspace's folder
 */
export function keptProjects(
  values: KeptValues,
  answered: KeptValues,
  workspace: Uint8Array | undefined,
  folder: string,
): KeptProjects {
  const around = keyOf(workspace, folder);
  const key = (input: ProjectInput, environments: readonly EnvironmentName[]): string | undefined =>
    input.hash === undefined
      ? undefined
      : keyOf(around, input.directory, input.file, input.hash, environments.join(" "));
  const keep = (place: string, answers: readonly FileAnswer[], outcome: ProjectOutcome): void => {
    values.set(place, { stamps: stampsOf(answers), outcome } satisfies Kept);
    answered.set(place, packed(answers));
  };
  return {
    recall(input, environments) {
      const place = key(input, environments);
      const kept = place === undefined ? undefined : (values.get(place) as Kept | undefined);
      if (place === undefined || kept === undefined) return undefined;
      const { stamps, outcome } = kept;
      if (stamps !== undefined && areSame(input.files, stamps)) return outcome;
      const packedBefore = answered.get(place);
      if (typeof packedBefore !== "string") return undefined;
      const before = unpacked(packedBefore);
      const answers = askedAgain(input.files, before);
      if (answers === undefined) return undefined;
      if (answers !== before) keep(place, answers, outcome);
      return outcome;
    },
    keep(input, environments, answers, { identity, projects, diagnostics }) {
      const place = key(input, environments);
      if (place === undefined) return;
      const outcome = { identity, projects, diagnostics };
      keep(place, stamped(input.files, answers), outcome);
    },
  };
}

/** As JSON, with each stamp once: most answers have the one of their folder. */
function packed(answers: readonly FileAnswer[]): string {
  const stamps = [...new Set(answers.map(({ stamp }) => stamp))];
  const places = answers.map((answer) => ({ ...answer, stamp: stamps.indexOf(answer.stamp) }));
  return JSON.stringify([stamps.map((stamp) => stamp ?? null), places]);
}

function unpacked(text: string): readonly FileAnswer[] {
  const [stamps, places] = JSON.parse(text) as [(string | null)[], Placed[]];
  return places.map((one) => ({ ...one, stamp: stamps[one.stamp] ?? undefined }));
}

type Placed = Omit<FileAnswer, "stamp"> & { readonly stamp: number };

/**
 * What checking all projects gives, without checking one.
 *
 * @returns undefined where one has to be checked, or where they clash with each other
 */
export function recallAll(
  checked: CheckedWorkspace,
  inputs: readonly ProjectInput[],
  asked: EnvironmentName,
  onlyAsked: boolean,
  kept: KeptProjects,
  folders: readonly string[] = [],
): CheckedProjects | undefined {
  const environments = environmentsToCheck(checked.workspace, asked, onlyAsked);
  const names = environments.map(({ name }) => name);
  const all: ProjectOutcome[] = [];
  for (const input of inputs) {
    const outcome = kept.recall(input, names);
    if (outcome === undefined) return undefined;
    all.push(outcome);
  }
  if (clashesOf(all, checked.workspace, ({ identity }) => identity).length > 0) return undefined;
  const byEnvironment = inEachEnvironment(environments, all);
  // What is wrong between projects is shown at its place, which only parsing tells.
  const there = projectsThere(all, folders);
  const arrows = arrowProblems(checked.workspace.environments, byEnvironment, there);
  if (arrows.length > 0) return undefined;
  return {
    byEnvironment,
    diagnostics: [
      ...unknownEnvironment(checked, asked),
      ...all.flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}
