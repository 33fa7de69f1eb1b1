import { parse } from "smol-toml";
import * as z from "zod";

/** What `pyproject.toml` says that a pipeline needs to know. */
export interface PythonProject {
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly author: string | undefined;
  /** As it is written: `>=3.10,<4`. */
  readonly requiresPython: string | undefined;
  readonly dependencies: readonly string[];
  /** Console scripts by name: `churn` to `churn.cli:main`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Whether pip can install the folder itself. */
  readonly installable: boolean;
}

const text = z.string();
const people = z.array(z.object({ email: text.optional().catch(undefined) }));

/**
 * https://packaging.python.org/en/latest/specifications/pyproject-toml/, and Poetry's table of
 * before: https://python-poetry.org/docs/pyproject/. What has another form than theirs counts as
 * absent: that is for the tools to complain about.
 */
const schema = z.object({
  "build-system": z.object({}).optional().catch(undefined),
  project: z
    .object({
      version: text.optional().catch(undefined),
      description: text.optional().catch(undefined),
      authors: people.optional().catch(undefined),
      "requires-python": text.optional().catch(undefined),
      dependencies: z.array(text).optional().catch(undefined),
      scripts: z.record(z.string(), text).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  tool: z
    .object({
      poetry: z
        .object({
          version: text.optional().catch(undefined),
          description: text.optional().catch(undefined),
          authors: z.array(text).optional().catch(undefined),
          dependencies: z.object({ python: text.optional().catch(undefined) }).optional(),
          scripts: z.record(z.string(), text).optional().catch(undefined),
          "package-mode": z.boolean().optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** Reads `pyproject.toml`; undefined when it isn't TOML. */
export function readPythonProject(content: string): PythonProject | undefined {
  let document: unknown;
  try {
    document = parse(content);
  } catch {
    return undefined;
  }
  const { project, tool, "build-system": buildSystem } = schema.parse(document);
  const poetry = tool?.poetry;
  const [, poetryAuthor] = /<([^<>]+)>/.exec(poetry?.authors?.[0] ?? "") ?? [];
  return {
    version: project?.version ?? poetry?.version,
    description: project?.description ?? poetry?.description,
    author: project?.authors?.find(({ email }) => email !== undefined)?.email ?? poetryAuthor,
    requiresPython: project?.["requires-python"] ?? poetry?.dependencies?.python,
    dependencies: project?.dependencies ?? [],
    scripts: project?.scripts ?? poetry?.scripts ?? {},
    installable: buildSystem !== undefined && poetry?.["package-mode"] !== false,
  };
}

/**
 * The version of Python 3 that a requirement is best met with: the lowest that it names, which is
 * the one that its author had.
 *
 * @param requirement `>=3.10,<4`, `^3.11`, `3.12.*`
 * @returns `3.10`; undefined when it names none, or only what is too new
 */
export function pythonVersionOf(requirement: string): string | undefined {
  const lowest = requirement
    .split(",")
    .filter((part) => !/^\s*(<|!=)/.test(part))
    .flatMap((part) => /\b3\.(\d{1,2})\b/.exec(part)?.[1] ?? [])
    .map(Number);
  return lowest.length === 0 ? undefined : `3.${Math.max(...lowest)}`;
}
