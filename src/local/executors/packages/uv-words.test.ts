import { expect, test } from "vitest";

import { uvProblem } from "./uv-words.ts";

test.each([
  [
    "an error with its first cause",
    [
      "error: Request failed after 3 retries in 7.2s",
      "  cause: Failed to fetch: https://127.0.0.1:9/simple/six/",
      "  cause: tcp connect error",
    ],
    "Request failed after 3 retries in 7.2s: Failed to fetch: https://127.0.0.1:9/simple/six/",
  ],
  [
    "as older versions draw it",
    [
      "  × No solution found when resolving dependencies:",
      "  ╰─▶ Because only six<=1.17.0 is available and you require six==9, we can",
      "      conclude that your requirements are unsatisfiable.",
      "",
      "      hint: something else",
    ],
    "No solution found when resolving dependencies: Because only six<=1.17.0 is available and you require six==9, we can conclude that your requirements are unsatisfiable.",
  ],
  ["an error alone", ["error: Expected `--hash`"], "Expected `--hash`"],
  ["anything else", ["killed", ""], "killed"],
  ["nothing", [], "it said nothing"],
])("%s", (_name, lines, expected) => {
  expect(uvProblem(lines)).toBe(expected);
});
