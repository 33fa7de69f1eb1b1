import { expect, test } from "vitest";

import { fitHelp } from "./fit-help.ts";

const help = `USAGE
  esteira run PROJECT [-e ENV] [--param NAME=VALUE]… [--from STEP | --only STEP…] [--deploy] [--json]
  esteira run --help

Run a deployed project and follow it.
Shows the output of its steps live and ends with their table. Ctrl-C stops the run; a second one
leaves at once. Exit code 1 when the run failed.

EXAMPLES
  esteira run recsys
  esteira run recsys --hold-on-failure 30m   to look into what fails

FLAGS
     [--json]       Print JSON on stdout, for programs
     [--no-cache]   Run steps with \`cache\` too, and keep what they leave for later runs
`;

test("a help is broken at spaces, each part under itself", () => {
  expect(fitHelp(help, 60)).toMatchInlineSnapshot(`
    "USAGE
      esteira run PROJECT [-e ENV] [--param NAME=VALUE]…
          [--from STEP | --only STEP…] [--deploy] [--json]
      esteira run --help

    Run a deployed project and follow it.
    Shows the output of its steps live and ends with their
    table. Ctrl-C stops the run; a second one leaves at once.
    Exit code 1 when the run failed.

    EXAMPLES
      esteira run recsys
      esteira run recsys --hold-on-failure 30m
          to look into what fails

    FLAGS
         [--json]       Print JSON on stdout, for programs
         [--no-cache]   Run steps with \`cache\` too, and keep
                        what they leave for later runs
    "
  `);
});

test("where it fits, and where nothing breaks lines, it stays as it is", () => {
  expect(fitHelp(help, 110).split("\n")).toHaveLength(help.split("\n").length);
  expect(fitHelp(help, Infinity)).toBe(help);
});
