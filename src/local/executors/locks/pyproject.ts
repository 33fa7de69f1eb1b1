import * as z from "zod";

export interface PyprojectDependencies {
  /** As pip reads them. */
  readonly dependencies: readonly string[];
  /** The folder itself is installed. */
  readonly isPackage: boolean;
  readonly problem: { readonly message: string; readonly help: string } | undefined;
}

const schema = z.object({
  "build-system": z.object({}).optional().catch(undefined),
  project: z.object({ dependencies: z.array(z.string()).default([]) }).optional(),
  tool: z
    .object({
      poetry: z
        .object({
          dependencies: z.record(z.string(), z.unknown()).default({}),
          "package-mode": z.boolean().default(true),
        })
        .optional(),
      uv: z.object({ package: z.boolean().optional() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/**
 * What a `pyproject.toml` asks for. With a build system its folder is a package, unless uv or
 * Poetry say otherwise.
 * @see https://docs.astral.sh/uv/concepts/projects/config/#project-packaging
 */
export function readPyproject(document: unknown): PyprojectDependencies {
  const read = schema.safeParse(document);
  if (!read.success) {
    return {
      dependencies: [],
      isPackage: false,
      problem: {
        message: "has [project] dependencies that aren't a list of requirements",
        help: 'write them as in dependencies = ["pandas>=2"]',
      },
    };
  }
  const { project, tool, "build-system": buildSystem } = read.data;
  const { poetry, uv } = tool ?? {};
  const named = Object.keys(poetry?.dependencies ?? {}).filter((name) => name !== "python");
  return {
    dependencies: project?.dependencies ?? [],
    isPackage: uv?.package ?? (buildSystem !== undefined && poetry?.["package-mode"] !== false),
    problem:
      project === undefined && named.length > 0 && buildSystem === undefined
        ? {
            message: "names its dependencies for Poetry alone, in [tool.poetry.dependencies]",
            help: "write a lock with `poetry lock`, or name them in [project]",
          }
        : undefined,
  };
}
