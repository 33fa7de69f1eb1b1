/**
 * The helper that a step runs in where its project uses outputs: what it is called in an image, and
 * how it is started. Its sources are in `src/platform/step-helper/`.
 */

/**
 * Raised with every change of the helper that images must have: those with an older one are made
 * again. In an image it is the label `HELPER_LABEL`, and no part of the source hash.
 */
export const HELPER_VERSION = 4;
export const HELPER_LABEL = "esteira.helper";

/** Where an image has it. */
export const HELPER_FILE = "/opt/esteira/step.pyz";

/** Variable with what the helper knows of the project's steps; only such projects have it. */
export const OUTPUTS_VARIABLE = "ESTEIRA_OUTPUTS";

/**
 * Variable with whether a step with `cache` may take what earlier runs left: `on`; `refresh`: it
 * runs, and later runs may take what it leaves; `off`: neither. Only projects that use it have it.
 */
export const CACHE_VARIABLE = "ESTEIRA_CACHE";

/**
 * The words that a command is started with, so that the helper runs it. `-I` and `-S`: neither the
 * project's variables nor its packages change what the helper's Python finds.
 */
export function helperWords(python: string, file: string): readonly string[] {
  return [python, "-I", "-S", file];
}

/** The same in an image, as text for a shell. */
export const HELPER_COMMAND = helperWords("python3", HELPER_FILE).join(" ");
