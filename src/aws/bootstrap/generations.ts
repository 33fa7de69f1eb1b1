import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { runBootstrap } from "../sdk/errors.ts";

/** What of `base.json` says how far bootstrap has come. */
export interface MadeSteps {
  /** Of the base layer; absent: 1, as documents were written before generations were counted. */
  readonly generation?: number;
  /** Step to hash. */
  readonly steps: Readonly<Record<string, string>>;
}

/** Something that later generations of the base layer have, and that only some projects use. */
export interface BaseFeature {
  /** The first generation of the base layer that has it: 2 or more. */
  readonly generation: number;
  /** What projects use, as messages name it: `schedules that objects of S3 start`. */
  readonly name: string;
  /**
   * Ids of the bootstrap steps that came with it. A step that it only changed belongs to the
   * generation that made it.
   */
  readonly steps: readonly string[];
  /**
   * What it lets whom do, as a clause after "which": `lets the scheduler's role read the bucket`.
   */
  readonly rights: string;
  /** Whether this release can't do without it. Pure. */
  readonly neededBy: (release: Release) => boolean;
}

/**
 * What was added to the base layer since its first generation, which all projects build on. Who
 * adds a step to bootstrap or a right to one of its roles adds a row here with the next generation,
 * so that environments that an administrator hasn't been to keep deploying everything else.
 */
export const baseFeatures: readonly BaseFeature[] = [
  {
    generation: 2,
    name: "for_each with more items than a run's history holds",
    steps: [],
    rights: "lets Step Functions run items as executions by themselves",
    neededBy: ({ definition }) => JSON.stringify(definition ?? {}).includes('"DISTRIBUTED"'),
  },
  {
    generation: 3,
    name: "runs that follow runs",
    steps: [],
    rights: "lets the notifier's function start runs",
    neededBy: ({ schedule }) => schedule?.after !== undefined,
  },
  {
    generation: 3,
    name: "pools",
    steps: [],
    rights:
      "lets Step Functions call the notifier's function, and lets that function keep who has places and answer who waits",
    neededBy: ({ steps }) => steps.some(({ pools = [] }) => pools.length > 0),
  },
  {
    generation: 4,
    name: "the index of the fleet",
    steps: [],
    rights: "lets the notifier's function hear of runs that begin, and keep the fleet's index",
    // Everything works without it, and asks each project.
    neededBy: () => false,
  },
  {
    generation: 5,
    name: "runs that data starts",
    steps: ["notifier-data-permission"],
    rights:
      "lets EventBridge call the notifier's function when objects arrive, and lets that function keep which did",
    neededBy: ({ schedule }) => schedule?.on !== undefined,
  },
];

/** The generation of a base layer that has all of these. */
export function newestGeneration(features: readonly BaseFeature[]): number {
  return Math.max(1, ...features.map(({ generation }) => generation));
}

export function generationOf({ generation = 1 }: Pick<MadeSteps, "generation">): number {
  return generation;
}

export interface BaseComparison {
  /** It was made by a newer Esteira. */
  readonly newer: boolean;
  /** Steps that every project builds on and that weren't done. */
  readonly missing: readonly string[];
  readonly lacking: readonly BaseFeature[];
}

/**
 * Compares what was done with what this Esteira makes. What only a newer one knows is no
 * difference.
 *
 * @param steps ids of all steps that this environment should have
 */
export function compareGenerations(
  document: MadeSteps,
  steps: readonly string[],
  features: readonly BaseFeature[],
): BaseComparison {
  const missing = new Set(steps.filter((step) => document.steps[step] === undefined));
  const added = new Set(features.flatMap((feature) => feature.steps));
  return {
    newer: generationOf(document) > newestGeneration(features),
    missing: [...missing].filter((step) => !added.has(step)),
    lacking: features.filter(
      (feature) =>
        generationOf(document) < feature.generation ||
        feature.steps.some((step) => missing.has(step)),
    ),
  };
}

/** Why this release can't be deployed on a base layer without these; one error a feature. */
export function lackingFor(
  release: Release,
  lacking: readonly BaseFeature[],
): readonly PlatformError[] {
  if (release.definition === undefined) return [];
  const { project, environment } = release;
  return lacking
    .filter((feature) => feature.neededBy(release))
    .map(({ name, rights }) => ({
      reason: "refused",
      message: `${project} uses ${name}, which the base layer of ${environment} lacks: an older Esteira made it`,
      help: `${runBootstrap(environment)}, which ${rights}`,
    }));
}

/**
 * Why bootstrap leaves a base layer alone: it would take from it what only the newer Esteira knows.
 */
export function madeByNewer(
  environment: string,
  document: MadeSteps | undefined,
  features: readonly BaseFeature[],
): PlatformError | undefined {
  const newest = newestGeneration(features);
  if (document === undefined || generationOf(document) <= newest) return undefined;
  return {
    reason: "refused",
    message: `the base layer of ${environment} was made by a newer Esteira: it is of generation ${generationOf(document)}, this one makes generation ${newest}`,
    help: "run `esteira bootstrap` with the newest version that anybody uses; deploys work with this one",
  };
}
