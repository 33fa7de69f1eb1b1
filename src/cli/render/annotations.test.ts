import { expect, test } from "vitest";

import { githubAnnotations, workflowCommand } from "./annotations.ts";

test("one command a problem, in the order of the files, with what would end it escaped", () => {
  expect(
    githubAnnotations([
      {
        code: "config/unknown-key",
        severity: "error",
        message: "100% wrong: a,b\nand more",
        help: 'did you mean "memory_gb"?',
        location: { file: "a,b:c.yaml", range: { line: 3, column: 5, length: 2, text: "" } },
      },
      {
        code: "file/not-text",
        severity: "error",
        message: "the file is not valid UTF-8",
        help: "save it as text in UTF-8",
        location: { file: "esteira.yaml" },
      },
      {
        code: "workspace/unknown-environment",
        severity: "warning",
        message: 'there is no environment "prod"',
      },
    ]),
  ).toEqual([
    '::warning title=workspace/unknown-environment::there is no environment "prod"',
    '::error file=a%2Cb%3Ac.yaml,line=3,col=5,endLine=3,endColumn=7,title=config/unknown-key::100%25 wrong: a,b%0Aand more%0Adid you mean "memory_gb"?',
    "::error file=esteira.yaml,title=file/not-text::the file is not valid UTF-8%0Asave it as text in UTF-8",
  ]);
});

test("a command without a message", () => {
  expect(workflowCommand("endgroup")).toBe("::endgroup::");
});
