import { globOf, literalPrefix } from "../schedule/globs.ts";
import { s3Source } from "../schedule/on.ts";
import type { Environment, Project } from "./model.ts";
import { filePathOf } from "./publishes.ts";

/** A place that a project's runs write to, which other projects may wait for. */
export interface WrittenPlace {
  /** `s3://lake/scores/`, or `file:data/scores/` relative to the workspace's root. */
  readonly uri: string;
  /** Its index among `publishes`; absent: it is where the project's artifacts are. */
  readonly position?: number;
}

/** What a project publishes, and where an environment keeps its artifacts if that is named. */
export function writtenPlaces(project: Project, environment: Environment): WrittenPlace[] {
  const published = (project.publishes ?? []).map(({ uri }, position) => ({ uri, position }));
  const artifacts =
    environment.platform === "aws" && environment.artifactsUri !== undefined
      ? [{ uri: artifactsPlace(environment.artifactsUri, project.name) }]
      : [];
  return [...published, ...artifacts];
}

/** `s3://lake/ml/scores/`: all artifacts of a project. */
export function artifactsPlace(artifactsUri: string, project: string): string {
  return `${artifactsUri.replace(/(?<!\/)\/+$/, "")}/${project}/`;
}

/** A place in its parts. Files of a machine have no bucket. */
export interface PlaceParts {
  readonly bucket: string | undefined;
  readonly path: string;
}

/** Whether `schedule.on` may match what is at a place: all below a folder, or one file. */
export function mayMatch(source: string, uri: string): boolean {
  return matcherOf(source)(partsOf(uri));
}

/** The same, to ask of many places: each takes no more than to compare how it begins. */
export function matcherOf(source: string): (place: PlaceParts) => boolean {
  const data = partsOf(source);
  const prefix = literalPrefix(data.path);
  const glob = globOf(data.path);
  return ({ bucket, path }) => {
    if (bucket !== data.bucket) return false;
    if (!prefix.startsWith(path) && !path.startsWith(prefix)) return false;
    return path.endsWith("/") || path === "" ? glob.mayMatchBelow(path) : glob.matches(path);
  };
}

/** A path below the workspace begins with its first folder. */
export function partsOf(text: string): PlaceParts {
  const object = s3Source(text);
  if (object !== undefined) return { bucket: object.bucket, path: object.pattern };
  return { bucket: undefined, path: (filePathOf(text) ?? text).replace(/^(\.\/+)+/, "") };
}
