import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTexts, lines } from "../../src/config/fixtures/checked.ts";
import type { Project } from "../../src/config/model.ts";
import { environmentName, stepId } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { project, step, target } from "../../src/pipeline/fixtures/project.ts";
import { logsOf, makeWorkspace, openPlatform, runOf } from "../local/fixture.ts";
import { run } from "./run.ts";

/** An item as a file has it, and as a step must get it. */
interface Written {
  readonly yaml: string;
  readonly text: string;
}

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789".split("")), minLength: min, maxLength: max });
const sign = fc.constantFrom("", "-", "+");

/** Numbers as people write them, many of which YAML reads as others. */
const number = fc.oneof(
  fc.tuple(sign, digits(1, 25)).map((parts) => parts.join("")),
  fc.tuple(sign, digits(1, 20), digits(1, 20)).map(([s, a, b]) => `${s}${a}.${b}`),
  fc.tuple(digits(1, 5), fc.integer({ min: -20, max: 20 })).map(([a, b]) => `${a}e${b}`),
  digits(1, 6).map((text) => `0x${text}`),
);
const jsonNumber = fc.oneof(
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.tuple(fc.nat(), digits(1, 18)).map(([a, b]) => `${a}.${b}`),
);
/** Texts that a shell can be given. */
const words = fc.string({
  unit: fc.constantFrom(..."abc é\"'\\{}%$,:123".split("")),
  maxLength: 20,
});
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    jsonNumber,
    words.map((text) => JSON.stringify(text)),
    fc.constantFrom("true", "false", "null"),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .dictionary(fc.constantFrom("b", "a", "2", "1"), tie("value"), { maxKeys: 3 })
      .map((all) => Object.entries(all).map(([key, value]) => `"${key}":${value}`))
      .map((fields) => `{${fields.join(",")}}`),
  ),
})).value;

const item: fc.Arbitrary<Written> = fc.oneof(
  number.map((text) => ({ yaml: text, text })),
  fc.constantFrom("true", "False", "TRUE").map((text) => ({ yaml: text, text })),
  words.map((text) => ({ yaml: JSON.stringify(text), text })),
  json.filter((text) => /^[[{]/.test(text)).map((text) => ({ yaml: spaced(text), text })),
);

/** The same value, as YAML also takes it. */
function spaced(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|[:,]/g, (token) =>
    token.length > 1 ? token : `${token} `,
  );
}

function projectOf(items: readonly Written[]): Project {
  const { byEnvironment, diagnostics } = checkTexts({
    projects: {
      probe: `project_name: probe
version: "1"
model: {required: false}
params: {id: {default: 1.10}}
batch:
  pipeline:
    steps:
      - id: each
        command: "true"
        for_each:
          items:
${items.map(({ yaml }) => `            - ${yaml}\n`).join("")}`,
    },
  });
  const [found] = byEnvironment.get(environmentName("local")) ?? [];
  if (found === undefined) throw new Error(lines(diagnostics).join("\n"));
  return found;
}

const print = `printf '[%s]\n' "$ESTEIRA_ITEM"
`;

/** The project's steps as the scripts that the release has. */
function shell(written: Project): Project {
  const steps = written.steps.map((one) => ({ ...one, command: `sh steps/${one.id}.sh` }));
  return { ...written, steps };
}

test("from a file's text to the step, as AWS runs the definition", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 30 }), async (items) => {
      const { status, attempts } = await run(projectOf(items), {});
      expect(status).toBe("SUCCEEDED");
      expect(attempts.map((one) => one["ESTEIRA_ITEM"])).toEqual(items.map(({ text }) => text));
    }),
    { numRuns: 15 },
  );
});

test("from a file's text to the process that runs on this machine", async () => {
  const items = fc.sample(item, { numRuns: 25, seed: 7 });
  const definition = compilePipeline(shell(projectOf(items)), target);
  using workspace = makeWorkspace();
  const platform = await openPlatform(workspace.root);
  const steps = { each: 'printf "[%s]\\n" "$ESTEIRA_ITEM"\n' };
  const { run: id, summary } = await runOf(platform, workspace.root, {
    steps,
    definition: definition ?? {},
  });
  expect(summary.status).toBe("SUCCEEDED");
  const printed = await logsOf(platform, id);
  await platform.close();
  expect(printed.map(({ text }) => text).toSorted()).toEqual(
    items.map(({ text }) => `[${text}]`).toSorted(),
  );
});

/** Whole ones from 2^53 on have been rounded, or may have been. */
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));

/** What a step leaves: numbers that a double holds, by themselves and within maps. */
const left = fc.oneof(
  fc.maxSafeInteger().map(String),
  double.map((value) => JSON.stringify(value)),
  fc.record({ id: fc.maxSafeInteger(), name: words }).map((value) => JSON.stringify(value)),
);

function leaving(list: readonly string[]) {
  const body = `[${list.join(", ")}]`;
  return {
    body,
    project: project({
      steps: [
        step("find"),
        step("each", {
          after: ["find"],
          forEach: { kind: "artifact", step: stepId("find"), file: "list.json", maxConcurrency: 5 },
        }),
      ],
    }),
  };
}

test("from the list that a step leaves to the step, as AWS runs the definition", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(left, { minLength: 1, maxLength: 20 }), async (list) => {
      const { body, project: compiled } = leaving(list);
      const read = { state: "Read items of each", output: { Body: body } };
      const { status, attempts } = await run(compiled, {}, [read]);
      expect(status).toBe("SUCCEEDED");
      const given = attempts.flatMap((one) => one["ESTEIRA_ITEM"] ?? []);
      expect(given.map((text) => JSON.parse(text) as unknown)).toEqual(
        list.map((text) => JSON.parse(text) as unknown),
      );
    }),
    { numRuns: 15 },
  );
});

test("from the list that a step leaves to the process that runs on this machine", async () => {
  const list = ["1234567890123456", '{"customer":1764430000123456}', "3.141592653589793"];
  const { body, project: compiled } = leaving(list);
  using workspace = makeWorkspace();
  const platform = await openPlatform(workspace.root);
  const find = `folder="\${ESTEIRA_ARTIFACTS_URI#file://}find"\nmkdir -p "$folder"\nprintf '%s' '${body}' > "$folder/list.json"\n`;
  const { run: id, summary } = await runOf(platform, workspace.root, {
    steps: { find, each: print },
    definition: compilePipeline(shell(compiled), target) ?? {},
  });
  const printed = await logsOf(platform, id);
  await platform.close();
  expect({ status: summary.status, printed: printed.map(({ text }) => text).toSorted() }).toEqual({
    status: "SUCCEEDED",
    printed: list.map((text) => `[${text}]`).toSorted(),
  });
});

describe("numbers among a run's parameters", () => {
  const asked = projectOf([{ yaml: "x", text: "x" }]);
  const given = async (id: string) => {
    const { error, cause, attempts } = await run(
      asked,
      JSON.parse(`{"params": {"id": ${id}}}`) as Json,
    );
    return error === undefined ? attempts[0]?.["ESTEIRA_PARAM_ID"] : `${error}: ${cause}`;
  };

  test.each([
    "1234567890123456",
    "-9007199254740991",
    "0.5",
    "7",
    '"915072913478905857"',
    '"1.10"',
  ])("%s arrives as it is typed", async (id) => {
    expect(await given(id)).toBe(id.replaceAll('"', ""));
  });

  test.each(["915072913478905857", "9007199254740993", "3.141592653589793", "1e300"])(
    "%s is refused, and how to write it is said",
    async (id) => {
      expect(await given(id)).toBe(
        "Esteira.InvalidInput: params has numbers that don't pass through JSON exactly: id; write them as text, in quotes",
      );
    },
  );

  test("a default stands as in the file", async () => {
    expect(await given("null")).toBe("1.10");
  });
});
