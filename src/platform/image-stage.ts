/**
 * What Esteira lays over the image that a project's own Dockerfile makes: a build that begins with
 * that image. The Dockerfile and its context are as their author wrote them, and entry point,
 * command, working folder and signals stay (docs/decisions/0016-shared-packages.md).
 */
export interface ImageStage {
  /** Absolute folder that is the build's context. */
  readonly context: string;
  /** Instructions of a Dockerfile, carried out as root. */
  readonly instructions: readonly string[];
}

/**
 * Text of a stage's Dockerfile.
 *
 * @param base name of the image that the project's Dockerfile made
 * @param user who its commands run as (`Config.User`); empty: root
 */
export function stageDockerfile(
  base: string,
  user: string,
  instructions: readonly string[],
): string {
  const who = user === "" ? "root" : user;
  return `${[`FROM ${base}`, "USER root", ...instructions, `USER ${who}`].join("\n")}\n`;
}

/**
 * Name of the image between the two builds. It has no label that would let it pass for the whole
 * one, should the second build not come to its end.
 */
export function stageBase(project: string, sourceHash: string): string {
  return `esteira-stage/${project}:${sourceHash.slice(0, 12)}`;
}
