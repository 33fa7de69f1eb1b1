import { expect, test } from "vitest";
import { threadMs } from "../../core/fixtures/thread-time.ts";
import { linesOf, PROJECT_FILES } from "../fixtures/checked.ts";

const step = (command: string) =>
  linesOf(`batch:\n  pipeline:\n    steps:\n      - id: a\n        command: ${command}`);

test.each([
  [
    "python main.py\u00A0--top 1",
    "5:32 [\u00A0] warning config/typography: the command has a no-break space (U+00A0), which a shell takes for a part of a word; write it so: python main.py --top 1",
  ],
  [
    "echo “a” –x ‘b’",
    "5:23 [“] warning config/typography: the command has a typographic quote (U+201C), which a shell takes for a part of a word; write it so: echo \"a\" --x 'b'",
  ],
])("what an editor has put in the place of what was typed: %s", (command, line) => {
  expect(step(command)).toEqual([line]);
});

test.each([
  ["pyhton main.py", "5:18 [pyhton]"],
  ["phyton main.py", "5:18 [phyton]"],
  ["A=1 pyton main.py", "5:22 [pyton]"],
  ["python main.py && pythn main.py", "5:36 [pythn]"],
])("a mistyped python: %s", (command, place) => {
  const name = /\[(\w+)\]/.exec(place)?.[1] ?? "";
  expect(step(command)).toEqual([
    `${place} warning config/mistyped-program: no program is known by the name ${name}; did you mean "python"?`,
  ]);
});

test.each(["python3.11 main.py", "ipython main.py", "jython x.py", "py main.py", "echo pyhton"])(
  "other programs may be there: %s",
  (command) => {
    expect(step(command)).toEqual([]);
  },
);

test("however many signs there are, each is looked at once", () => {
  const start = threadMs();
  const found = linesOf(`test:\n  command: echo${"\u00A0a".repeat(50_000)}`);
  expect(threadMs() - start).toBeLessThan(2000);
  expect(found).toEqual([
    `2:16 [\u00A0] warning config/typography: the command has a no-break space (U+00A0), which a shell takes for a part of a word; write it so: echo${" a".repeat(50_000)}`,
  ]);
});

test.each([`echo '“a” – b'`, `'echo "it’s – so"'`, "echo 1 – 2"])(
  "in quotes it may be meant: %s",
  (command) => {
    expect(step(command)).toEqual([]);
  },
);

test.each([
  ["./run.sh", "#!/bin/sh\r\necho hi\r\n", 'so that Linux looks for a program "/bin/sh\\r"'],
  ["sh run.sh", "echo hi\r\n", "which a shell takes for a part of each line"],
  ["./run.sh", "#!/bin/sh\necho 'a\r\n'\n", undefined],
  ["python run.sh", "#!/bin/sh\r\n", undefined],
])("line ends of Windows: %s of %j", (command, text, why) => {
  const found = linesOf(
    `batch:\n  pipeline:\n    steps:\n      - id: a\n        command: ${command}`,
    { files: { ...PROJECT_FILES, "run.sh": text } },
  );
  const place = `5:${command.startsWith("./") ? 18 : 21}`;
  expect(found).toEqual(
    why === undefined
      ? []
      : [
          `${place} [${command.replace("sh ", "")}] error config/windows-line-ends: run.sh has the line ends of Windows (CRLF), ${why}; \`sed -i.bak 's/\\r$//' src/projects/recsys/run.sh && rm src/projects/recsys/run.sh.bak\` corrects it; \`run.sh text eol=lf\` in .gitattributes keeps it so`,
        ],
  );
});

test("a folded command whose lines are indented further", () => {
  const folded = (text: string) =>
    linesOf(`batch:\n  pipeline:\n    steps:\n      - id: a\n        command: ${text}`);
  const warning =
    '5:9 [command] warning config/folded-command: lines of a folded text (">") that are indented further than the first keep their ends: each is a command by itself; indent all lines alike, and they are one command; or write "|" with a backslash at the end of each line that continues';
  expect(folded(">\n          python main.py\n            --top 1\n")).toEqual([warning]);
  expect(folded(">-\n          python main.py\n          --top 1\n")).toEqual([]);
  expect(folded("|\n          if true; then\n            python main.py\n          fi\n")).toEqual(
    [],
  );
});

test("PATH in env_vars", () => {
  expect(linesOf('runtime:\n  env_vars:\n    PATH: "/opt/x:$PATH"')).toEqual([
    '3:11 ["/opt/x:$PATH"] error config/path-variable: PATH is taken as it is written, "/opt/x:$PATH": no variable in it is expanded, so no program would be found; add a folder in the Dockerfile (`ENV PATH=/opt/tools/bin:$PATH`) or in the command (`PATH=/opt/tools/bin:$PATH python score.py`)',
  ]);
  expect(linesOf("runtime:\n  env_vars:\n    PATH: /opt/x").join("")).toContain(
    "warning config/path-variable: PATH takes the place of the image's own",
  );
});
