import { parse } from "smol-toml";
import * as z from "zod";

import { err, ok, type Result } from "../../core/result.ts";

/** A group of requirements of `pyproject.toml`. */
export interface DependencyGroup {
  /** For people: `the group test`, `the extra dev`. */
  readonly title: string;
  /** As pip reads them, those of the groups that it includes among them. */
  readonly requirements: readonly string[];
}

/** Groups that tests are taken from: the first that is there. */
const TEST_GROUPS = ["test", "dev"] as const;
/** Extras that they were written into before there were groups. */
const TEST_EXTRAS = ["test", "tests", "testing", "dev"] as const;

const schema = z.object({
  "dependency-groups": z.record(z.string(), z.unknown()).optional(),
  project: z
    .object({
      name: z.string().catch(""),
      "optional-dependencies": z.record(z.string(), z.unknown()).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const member = z.union([z.string(), z.strictObject({ "include-group": z.string() })]);

/**
 * The group of `pyproject.toml` that has what tests need: `test`, otherwise `dev`; otherwise an
 * extra with such a name.
 *
 * @returns undefined when there is neither; what is wrong, as the end of a sentence about the file
 * @see https://packaging.python.org/en/latest/specifications/dependency-groups/
 */
export function testGroup(content: string): Result<DependencyGroup | undefined, string> {
  let document: unknown;
  try {
    document = parse(content);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return err(
      `isn't TOML: ${error.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? ""}`,
    );
  }
  const read = schema.safeParse(document);
  if (!read.success) return err("has dependency-groups that are no table");
  const groups = new Map(
    Object.entries(read.data["dependency-groups"] ?? {}).map(([name, group]) => [
      normalized(name),
      group,
    ]),
  );
  const name = TEST_GROUPS.find((one) => groups.has(one));
  if (name === undefined) return ok(testExtra(read.data.project));
  const requirements: string[] = [];
  const problem = gather(groups, name, [], requirements);
  return problem === undefined
    ? ok({ title: `the group ${name}`, requirements: [...new Set(requirements)] })
    : err(problem);
}

/** https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
function testExtra(project: z.infer<typeof schema>["project"]): DependencyGroup | undefined {
  const extras = new Map(
    Object.entries(project?.["optional-dependencies"] ?? {}).map(([name, members]) => [
      normalized(name),
      z.array(z.string()).catch([]).parse(members),
    ]),
  );
  const name = TEST_EXTRAS.find((one) => extras.has(one));
  if (name === undefined) return undefined;
  const requirements = new Set<string>();
  const seen = new Set<string>();
  const visit = (extra: string): void => {
    if (seen.has(extra)) return;
    seen.add(extra);
    for (const one of extras.get(extra) ?? []) {
      // `churn[plots]` of churn itself means its other extras.
      const [, named = "", others] = /^\s*([\w.-]+)\s*(?:\[([^\]]*)\])?/.exec(one) ?? [];
      if (normalized(named) !== normalized(project?.name ?? "")) requirements.add(one);
      else for (const other of others?.split(",") ?? []) visit(normalized(other.trim()));
    }
  };
  visit(name);
  return { title: `the extra ${name}`, requirements: [...requirements] };
}

/** Adds a group's requirements to `into`; gives what is wrong with it. */
function gather(
  groups: ReadonlyMap<string, unknown>,
  name: string,
  within: readonly string[],
  into: string[],
): string | undefined {
  const way = [...within, name];
  if (within.includes(name)) return `has dependency groups in a circle: ${way.join(" -> ")}`;
  if (!groups.has(name)) return `includes a dependency group ${name}, which it doesn't have`;
  const members = z.array(member).safeParse(groups.get(name));
  if (!members.success) {
    return `has in its dependency group ${name} something else than requirements and { include-group = "NAME" }`;
  }
  for (const one of members.data) {
    if (typeof one === "string") {
      into.push(one);
      continue;
    }
    const problem = gather(groups, normalized(one["include-group"]), way, into);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, "-").toLowerCase();
}
