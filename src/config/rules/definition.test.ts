import { expect, test } from "vitest";
import { checkTexts, PROJECT_FILES, lines, linesOf } from "../fixtures/checked.ts";

const config = `project_name: recsys
version: "1.0"
batch:
  pipeline:
    definition: order.asl.json
    steps:
      - {id: extract, command: "true"}
      - {id: score, command: "true"}
`;

function linesOfDefinition(definition: string, text = config): string[] {
  const files = { ...PROJECT_FILES, "order.asl.json": definition };
  return lines(checkTexts({ projects: { recsys: text }, files }).diagnostics);
}

const good = `{
  "StartAt": "Get",
  "States": {
    "Get": {"Type": "Task", "Resource": "\${step:extract}", "Next": "score"},
    "score": {"Type": "Task", "Resource": "\${step:score}", "End": true}
  }
}`;

test("a definition in which each step is written once has no problem", () => {
  expect(linesOfDefinition(good)).toEqual([]);
});

test("the file is there, and is JSON", () => {
  expect(linesOf("batch: {pipeline: {definition: a.asl.json}}")).toEqual([
    "1:32 [a.asl.json] error config/missing-definition: there is no file a.asl.json in the project; add it, or correct the name",
  ]);
  expect(linesOfDefinition('{\n  "StartAt": "Get",\n}')).toEqual([
    "src/projects/recsys/order.asl.json:3:1 [}] error definition/syntax: this is not a definition in JSON: a field's name in double quotes is expected here; correct it here or just before",
  ]);
  expect(linesOfDefinition("[1]")).toEqual([
    "src/projects/recsys/order.asl.json:1:1 [[] error definition/syntax: this is not a definition in JSON: an object in braces is expected; correct it here or just before",
  ]);
});

test("steps are where they can run, once, under their own names", () => {
  const definition = `{
  "StartAt": "score",
  "States": {
    "score": {"Type": "Task", "Resource": "\${step:extract}", "Arguments": {}, "Next": "Again"},
    "Again": {"Type": "Task", "Resource": "\${step:extract}", "Next": "Typo"},
    "Typo": {"Type": "Task", "Resource": "\${step:scores}", "Next": "Say"},
    "Say": {"Type": "Pass", "Result": {"a": ["see \${step:score}"]}, "Next": "Each"},
    "Each": {"Type": "Map", "End": true, "ItemProcessor": {
      "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
      "StartAt": "One", "States": {"One": {"Type": "Task", "Resource": "\${step:score}", "End": true}}}}
  }
}`;
  expect(linesOfDefinition(definition)).toEqual([
    'src/projects/recsys/order.asl.json:5:43 ["${step:extract}"] error definition/repeated-step: step "extract" is in the definition twice; lead both ways to one state, or declare a second step with the same command',
    'src/projects/recsys/order.asl.json:6:42 ["${step:scores}"] error definition/unknown-step: "scores" is not a step of this project; did you mean "score"?',
    "src/projects/recsys/order.asl.json:4:75 [{}] error definition/step-field: Arguments of a step's state comes from the step; remove it; command, resources and variables are declared under batch.pipeline.steps",
    'src/projects/recsys/order.asl.json:4:5 ["score"] error definition/name: the state is named as step "score", which it doesn\'t run; give it another name: steps are shown by theirs',
    'src/projects/recsys/order.asl.json:7:29 ["Result"] error definition/step-place: ${step:…} is where no step can run; it can only be the whole Resource of a Task',
    'src/projects/recsys/order.asl.json:10:72 ["${step:score}"] error definition/step-place: a step can\'t run in a distributed Map: its attempts would be in other histories; use the Map mode "INLINE"',
  ]);
});

test("a step that is nowhere would never run, and for_each is the definition's own", () => {
  const text = config.replace(
    'score, command: "true"',
    'score, command: "true", for_each: {items: [1]}',
  );
  expect(linesOfDefinition(good.replace("${step:score}", "arn:x"), text)).toEqual([
    'recsys/config.yaml:8:14 [score] error definition/missing-step: step "score" is nowhere in the definition, so it would never run; give a Task of order.asl.json the Resource "${step:score}", or remove the step',
    'src/projects/recsys/order.asl.json:5:5 ["score"] error definition/name: the state is named as step "score", which it doesn\'t run; give it another name: steps are shown by theirs',
    'recsys/config.yaml:8:38 [for_each] error definition/for-each: for_each has no effect in a definition of one\'s own; put a Map around the state of "score" in the definition',
  ]);
});
