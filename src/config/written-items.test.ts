import { expect, test } from "vitest";
import { environmentName } from "../core/ids.ts";
import type { CheckedProjects } from "./projects-by-environment.ts";
import { checkTexts, lines } from "./fixtures/checked.ts";
import type { Project } from "./model.ts";

function check(items: string, overlay = ""): ReturnType<typeof checkTexts> {
  return checkTexts({
    workspace: "workspace: probe\nenvironments: {local: {}, test: {platform: local}}\n",
    projects: {
      recsys: `project_name: recsys
version: "1"
model: {required: false}
batch:
  pipeline:
    steps:
      - {id: a, command: "true", for_each: {items: ${items}}}
${overlay}`,
    },
  });
}

function local(all: CheckedProjects["byEnvironment"]): Project | undefined {
  return all.get(environmentName("local"))?.[0];
}

function itemsOf(project: Project | undefined): readonly string[] | undefined {
  const forEach = project?.steps[0]?.forEach;
  return forEach?.kind === "items" ? forEach.items : undefined;
}

test.each([
  ["1.10", "1.10"],
  ["01310", "01310"],
  ["1234567890123456", "1234567890123456"],
  ["915072913478905857", "915072913478905857"],
  ["0.1234567890123456", "0.1234567890123456"],
  ["1e21", "1e21"],
  ["+5", "+5"],
  ["0x1F", "0x1F"],
  ["True", "True"],
  ["~", "null"],
  ["north", "north"],
  ['"1.10"', "1.10"],
  ["{customer: 1234567890123456, of: [1.10, true, ~, x]}", undefined],
  ["[915072913478905857]", "[915072913478905857]"],
  ["{2: b, 1: a}", '{"2":"b","1":"a"}'],
])("%s stands as it is in the file", (item, text) => {
  const { byEnvironment, diagnostics } = check(`[x, ${item}]`);
  expect(lines(diagnostics)).toEqual([]);
  const [x, given] = itemsOf(local(byEnvironment)) ?? [];
  expect({ x, given }).toEqual({
    x: "x",
    given: text ?? '{"customer":1234567890123456,"of":[1.10,true,null,"x"]}',
  });
});

test("an alias stands for what it names, and an overlay's items are its own", () => {
  const { byEnvironment } = check(
    "[&id 1.10, *id, {of: *id}]",
    `environments:
  test: {batch: {pipeline: {steps: [{id: a, for_each: {items: [2.20]}}]}}}
`,
  );
  const all = [...byEnvironment].map(([name, projects]) => [name, itemsOf(projects[0])]);
  expect(Object.fromEntries(all)).toEqual({
    local: ["1.10", "1.10", '{"of":1.10}'],
    test: ["2.20"],
  });
});

test("a number that JSON can't write is refused where it would be JSON", () => {
  expect(lines(check("[{zip: 01310, of: [0x1F, .5]}, 01310]").diagnostics)).toMatchInlineSnapshot(`
    [
      "recsys/config.yaml:7:59 [01310] error config/for-each-number: zip is the number 01310, which JSON can't write as it stands; write it in quotes, "01310", so that the step gets it as text",
      "recsys/config.yaml:7:71 [0x1F] error config/for-each-number: item 1 of of is the number 0x1F, which JSON can't write as it stands; write it in quotes, "0x1F", so that the step gets it as text",
      "recsys/config.yaml:7:77 [.5] error config/for-each-number: item 2 of of is the number .5, which JSON can't write as it stands; write it in quotes, ".5", so that the step gets it as text",
    ]
  `);
});

test("another spelling is another author's text; JSON's own spelling keeps the hash of before", () => {
  const authored = (items: string) => local(check(items).byEnvironment)?.authored;
  expect(authored("[1.10]")).not.toBe(authored("[1.1]"));
  expect(authored("[1.1, a]")).toBe(authored("[ 1.1, 'a' ]"));
});
