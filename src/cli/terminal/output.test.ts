import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { modelEntry, runFacts } from "../../model-registry/mlflow-documents.ts";
import { liveOn } from "./live.ts";
import { outputTo, type Output, type OutputStream } from "./output.ts";

function opened(environment: Record<string, string>, isTTY = true) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  // A PassThrough has what is used of a terminal's stream.
  const output: Output = outputTo(stream as unknown as OutputStream, environment);
  return { output, written: () => String(stream.read() ?? "") };
}

const hostile = "\u001B]52;c;ZXZpbA==\u0007\u001B[2Ja\u009B2J\u202Eb\u001B[31mred";

describe("whatever is written", () => {
  test("loses what commands a terminal; colours stay where there are colours", () => {
    const { output, written } = opened({});
    output.write(hostile, output.style.green("ok"), "\n");
    output.line(hostile);
    output.lines([hostile, hostile]);
    expect(written()).toBe(
      [
        "ab\u001B[31mred\u001B[0m\u001B[32mok\u001B[39m",
        "ab\u001B[31mred\u001B[0m",
        "ab\u001B[31mred",
        "ab\u001B[31mred\u001B[0m",
        "",
      ].join("\n"),
    );
  });

  test("of MLflow, names and values among it, loses them too", () => {
    const { output, written } = opened({ NO_COLOR: "1" });
    const { name, latest, aliases } = modelEntry({
      name: hostile,
      latest_versions: [{ name: hostile, version: "3", current_stage: hostile }],
      aliases: [{ alias: hostile, version: "3" }],
    });
    const { run, parameters } = runFacts({
      info: { run_id: hostile },
      data: { params: [{ key: hostile, value: hostile }] },
    });
    const stages = latest.map(({ stage }) => stage);
    output.line([name, ...stages, ...aliases.keys(), run].join(" "));
    output.lines(Object.entries(parameters).flat());
    expect(written()).toBe("abred abred abred abred\nabred\nabred\n");
  });

  test("loses colour too where there is none", () => {
    const { output, written } = opened({ NO_COLOR: "1" });
    output.line(hostile);
    expect(written()).toBe("abred\n");
  });

  test("is cleaned where lines are redrawn as well, which still are", () => {
    const { output, written } = opened({});
    const live = liveOn(output);
    live.draw([hostile]);
    live.print([`\u001B[1A${hostile}`]);
    live.clear();
    expect(written()).toBe(
      [
        "\u001B[?7lab\u001B[31mred\u001B[0m\u001B[?7h\n",
        "\u001B[1A\r\u001B[0Jab\u001B[31mred\u001B[0m\n",
        "\u001B[?7lab\u001B[31mred\u001B[0m\u001B[?7h\n",
        "\u001B[1A\r\u001B[0J",
      ].join(""),
    );
  });
});

describe("in GitHub Actions", () => {
  const actions = { GITHUB_ACTIONS: "true", CI: "true" };

  test("no line of somebody else's is a command", () => {
    const { output, written } = opened(actions, false);
    output.line("fine: a::b");
    output.line("::error::not ours");
    output.lines(["one", "  ::set-env name=A::b", "two"]);
    output.line("in the middle ##[error]too");
    output.write("a part ");
    output.write("of a line ##[group]x");
    output.line("after");
    const text = written();
    const token = /::stop-commands::([-0-9a-f]{36})\n/.exec(text)?.[1] ?? "";
    const around = (...lines: string[]): string[] => [
      `::stop-commands::${token}`,
      ...lines,
      `::${token}::`,
    ];
    expect(text.split("\n")).toEqual([
      "fine: a::b",
      ...around("::error::not ours"),
      ...around("one", "  ::set-env name=A::b", "two"),
      ...around("in the middle ##[error]too"),
      "a part ",
      ...around("of a line ##[group]x"),
      "after",
      "",
    ]);
  });

  test("what splits a command into two writes makes none", () => {
    const { output, written } = opened(actions, false);
    output.write(":");
    output.line(":error::not ours");
    expect(written()).toMatch(/^:\n::stop-commands::\S+\n:error::not ours\n::\S+::\n$/);
  });

  test("an escape sequence hides no command", () => {
    const { output, written } = opened(actions, false);
    output.line("\u001B[2J::error::not ours");
    expect(written()).toMatch(/^::stop-commands::\S+\n::error::not ours\n::\S+::\n$/);
  });

  test("our own commands are separate lines, and one each", () => {
    const { output, written } = opened(actions, false);
    output.write("begun");
    output.write({ command: "::error::a\u001B[2Jb" }, { command: "::endgroup::" });
    expect(written()).toBe("begun\n::error::ab\n::endgroup::\n");
  });
});

test("elsewhere nothing is a command, and ours are left out", () => {
  const { output, written } = opened({}, false);
  output.write("::error::x\n", { command: "::endgroup::" });
  expect(written()).toBe("::error::x\n");
});
