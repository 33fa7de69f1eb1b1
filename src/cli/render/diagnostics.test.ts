import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { renderDiagnostics } from "./diagnostics.ts";

const file = "src/projects/recsys/config.yaml";

const unknownKey: Diagnostic = {
  code: "config/unknown-key",
  severity: "error",
  message: 'there is no field "memory" in batch.pipeline.steps[0].resources',
  help: 'did you mean "memory_gb"?',
  location: { file, range: { line: 31, column: 11, length: 6, text: "          memory: 4" } },
};

const duplicate: Diagnostic = {
  code: "config/duplicate-step",
  severity: "error",
  message: 'two steps have the id "score"',
  help: "give one of them another id",
  location: { file, range: { line: 9, column: 13, length: 5, text: "      - id: score" } },
  related: [
    {
      message: "the first one is here",
      location: { file, range: { line: 7, column: 13, length: 5, text: "      - id: score" } },
    },
  ],
};

const wholeFile: Diagnostic = {
  code: "file/not-text",
  severity: "error",
  message: "the file is not valid UTF-8",
  help: "save it as text in UTF-8",
  location: { file: "esteira.yaml" },
};

const nowhere: Diagnostic = {
  code: "workspace/unknown-environment",
  severity: "warning",
  message: 'there is no environment "prod"',
};

describe("for a terminal", () => {
  test("in the order of the files, with lines, squiggles and a count", () => {
    const text = renderDiagnostics([unknownKey, duplicate, wholeFile, nowhere], {
      color: false,
      width: 80,
    });
    expect(text).toBe(`warning  workspace/unknown-environment
  there is no environment "prod"

esteira.yaml  error  file/not-text
  the file is not valid UTF-8
  help: save it as text in UTF-8

src/projects/recsys/config.yaml:9:13  error  config/duplicate-step
  two steps have the id "score"

  9 |       - id: score
    |             ~~~~~

  help: give one of them another id

  src/projects/recsys/config.yaml:7:13  the first one is here
  7 |       - id: score
    |             ~~~~~

src/projects/recsys/config.yaml:31:11  error  config/unknown-key
  there is no field "memory" in batch.pipeline.steps[0].resources

  31 |           memory: 4
     |           ~~~~~~

  help: did you mean "memory_gb"?

3 errors and 1 warning in 2 files
`);
  });

  test("a narrow one has the kind under the place", () => {
    const text = renderDiagnostics([unknownKey], { color: false, width: 60 });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "src/projects/recsys/config.yaml:31:11",
      "  error  config/unknown-key",
      '  there is no field "memory" in',
    ]);
  });

  test("nothing for no diagnostics", () => {
    expect(renderDiagnostics([], { color: true, width: 80 })).toBe("");
  });

  test("in colour, and only there", () => {
    const escape = String.fromCodePoint(27);
    const colored = renderDiagnostics([nowhere], { color: true, width: 80 });
    expect(colored.replaceAll(escape, "<")).toBe(
      '<[1m<[33mwarning<[39m<[22m  <[2mworkspace/unknown-environment<[22m\n  there is no environment "prod"\n\n<[1m<[33m1 warning<[39m<[22m\n',
    );
    expect(renderDiagnostics([nowhere], { color: false, width: 80 })).not.toContain(escape);
  });

  test("long messages are wrapped, long lines cut around what is meant", () => {
    const text = renderDiagnostics(
      [
        {
          ...unknownKey,
          message: "a message that is longer than the terminal is wide continues below",
          help: "and so does a remedy that has much to say",
          location: {
            file: "a.yaml",
            range: {
              line: 5,
              column: 101,
              length: 90,
              text: `${"x".repeat(100)}${"y".repeat(90)}`,
            },
          },
        },
      ],
      { color: false, width: 40 },
    );
    expect(text).toBe(`a.yaml:5:101  error  config/unknown-key
  a message that is longer than the
  terminal is wide continues below

  5 | xxxxxxxxyyyyyyyyyyyyyyyyyyyyyyyyy
    |         ~~~~~~~~~~~~~~~~~~~~~~~~~

  help: and so does a remedy that has
        much to say

1 error in 1 file
`);
  });

  test("tabs, wide and unprintable characters keep the squiggle in its place", () => {
    const text = renderDiagnostics(
      [
        {
          ...nowhere,
          message: `an escape ${String.fromCodePoint(27)}[31m does nothing`,
          location: {
            file: "a.yaml",
            range: {
              line: 1,
              column: 7,
              length: 3,
              text: `\t車é${String.fromCodePoint(27)}🚗bad`,
            },
          },
        },
      ],
      { color: false, width: 80 },
    );
    expect(text).toBe(`a.yaml:1:7  warning  workspace/unknown-environment
  an escape \u{FFFD}[31m does nothing

  1 |  車é\u{FFFD}🚗bad
    |        ~~~

1 warning in 1 file
`);
  });
});
