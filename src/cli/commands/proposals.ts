import type { Completing } from "./completing.ts";

// What the proposals read is loaded when a shell asks for one: every command line loads this file.

/** Names of projects. */
export async function proposeProjects({
  cwd,
}: Pick<Completing, "cwd">): Promise<readonly string[]> {
  const { knownProjects } = await import("../../app/completion/known-projects.ts");
  return (await knownProjects(cwd)).map(({ name }) => name);
}

/** Names of files, by the shell. */
export function proposeFiles(completing: Completing): readonly string[] {
  completing.addFiles();
  return [];
}

/** Names of projects and of files. */
export async function proposeProjectsAndFiles(completing: Completing): Promise<readonly string[]> {
  completing.addFiles();
  return await proposeProjects(completing);
}

/** `latest`, names of projects and the newest runs. */
export async function proposeRuns(
  completing: Completing,
  partial: string,
): Promise<readonly string[]> {
  const words = ["latest", ...(await proposeProjects(completing))];
  // A flag is being typed: the database needn't be opened for it.
  if (partial.startsWith("-")) return words;
  const { knownRuns } = await import("../../app/completion/known-records.ts");
  return [...words, ...knownRuns(completing, completing.words, partial)];
}

/** The environments of the workspace. */
export async function proposeEnvironments(completing: Completing): Promise<readonly string[]> {
  const { knownEnvironments } = await import("../../app/completion/known-words.ts");
  return knownEnvironments(completing.cwd).map(({ name }) => name);
}

/** The environments of the workspace that are on AWS. */
export async function proposeAwsEnvironments(completing: Completing): Promise<readonly string[]> {
  const { knownEnvironments } = await import("../../app/completion/known-words.ts");
  return knownEnvironments(completing.cwd).flatMap(({ name, local }) => (local ? [] : [name]));
}

/** Steps of the projects on the line, else of all. */
export async function proposeSteps(completing: Completing): Promise<readonly string[]> {
  const { knownSteps } = await import("../../app/completion/known-words.ts");
  return knownSteps(completing.cwd, completing.words);
}

/** `step=` for each of them, where a value of it follows. */
export async function proposeStepValues(completing: Completing): Promise<readonly string[]> {
  return (await proposeSteps(completing)).map((step) => `${step}=`);
}

/** `name=` for each parameter of the projects on the line, else of all. */
export async function proposeParams(completing: Completing): Promise<readonly string[]> {
  const { knownParams } = await import("../../app/completion/known-words.ts");
  return (await knownParams(completing.cwd, completing.words)).map((name) => `${name}=`);
}

/** Versions of the releases of the project on the line that this machine knows. */
export async function proposeVersions(completing: Completing): Promise<readonly string[]> {
  const { knownVersions } = await import("../../app/completion/known-records.ts");
  return knownVersions(completing, completing.words);
}

/** Versions of the model of the project on the line that this machine's runs made. */
export async function proposeModelVersions(
  completing: Completing,
  partial: string,
): Promise<readonly string[]> {
  if (partial.startsWith("-")) return [];
  const { knownModelVersions } = await import("../../app/completion/known-records.ts");
  return knownModelVersions(completing, completing.words);
}

/** Variables of secrets of the projects. */
export async function proposeSecrets(completing: Completing): Promise<readonly string[]> {
  const { knownSecrets } = await import("../../app/completion/known-words.ts");
  return knownSecrets(completing.cwd);
}
