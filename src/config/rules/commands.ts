import type { Path, Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";
import { editDistance } from "../suggest.ts";
import { programsIn, scriptsIn } from "./scripts.ts";
import { stepPath } from "./steps.ts";

/** A command that the author wrote, of a step or of the tests. */
export interface WrittenCommand {
  readonly command: string;
  readonly path: Path;
}

/** The commands of a config, in the order of the file. */
export function writtenCommands({
  project,
  config,
}: Pick<ProjectContext, "project" | "config">): readonly WrittenCommand[] {
  const steps = config.batch?.pipeline?.steps ?? [];
  return [
    ...steps.map(({ command }, index) => ({ command, path: stepPath(index, "command") })),
    ...(config.test?.command === undefined
      ? []
      : [{ command: project.testCommand ?? "", path: ["test", "command"] }]),
  ];
}

/**
 * Single characters that an editor or a web page puts in the place of what was typed, with their
 * name and what a shell reads.
 */
const LOOKALIKES: readonly (readonly [RegExp, string, string])[] = [
  [/[\u00A0\u2007\u202F]/g, "a no-break space", " "],
  [/[\u201C-\u201F]/g, "a typographic quote", '"'],
  [/[\u2018-\u201B]/g, "a typographic quote", "'"],
  [/(?<=\s)[\u2013\u2014](?=[A-Za-z])/g, "a dash that is no hyphen", "--"],
];

/**
 * A shell doesn't take these for what they look like. In quotes they may be meant, and are left
 * alone.
 */
export function commandsAreTyped(context: ProjectContext): Problem[] {
  return writtenCommands(context).flatMap(({ command, path }): Problem[] => {
    const bare = command.replaceAll(/'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, (quoted) =>
      "x".repeat(quoted.length),
    );
    const found = LOOKALIKES.flatMap(([pattern, name, plain]) =>
      [...bare.matchAll(pattern)].map(({ index }) => ({ name, plain, index })),
    ).toSorted((a, b) => a.index - b.index);
    const [first] = found;
    if (first === undefined) return [];
    const signs = command.split("");
    for (const { index, plain } of found) signs[index] = plain;
    const typed = signs.join("");
    return [
      {
        code: "config/typography",
        severity: "warning",
        path,
        part: { start: first.index, length: 1 },
        message: `the command has ${first.name} (U+${command.charCodeAt(first.index).toString(16).toUpperCase().padStart(4, "0")}), which a shell takes for a part of a word`,
        help: typed.includes("\n")
          ? "type it again, with plain quotes, spaces and hyphens"
          : `write it so: ${typed}`,
      },
    ];
  });
}

/**
 * `pyhton` is a step that can't begin, which a run finds out only where the step before it has
 * worked for hours. Programs are known only where the step runs, so that nothing else is judged.
 */
export function pythonIsTyped(context: ProjectContext): Problem[] {
  return writtenCommands(context).flatMap(({ command, path }) =>
    programsIn(command).flatMap(({ text, start }): Problem[] =>
      isMistypedPython(text)
        ? [
            {
              code: "config/mistyped-program",
              severity: "warning",
              path,
              part: { start, length: text.length },
              message: `no program is known by the name ${text}`,
              help: 'did you mean "python"?',
            },
          ]
        : [],
    ),
  );
}

/** One edit away, or the same letters; `ipython` and `jython` are programs, and begin otherwise. */
function isMistypedPython(word: string): boolean {
  if (word.length > 8 || !/^[py][a-z]+$/.test(word)) return false;
  const sorted = (text: string): string => Array.from(text).toSorted().join("");
  return (
    word !== "python" && (sorted(word) === sorted("python") || editDistance(word, "python") === 1)
  );
}

/** A script with the line ends of Windows: Linux looks for a program `sh\r`. */
export function scriptsHaveUnixLineEnds(context: ProjectContext): Problem[] {
  const { files, project } = context;
  return writtenCommands(context).flatMap(({ command, path }) =>
    scriptsIn(command).flatMap((script): Problem[] => {
      if (script.kind !== "file" || script.by === "python") return [];
      const text = files.read(script.path);
      if (text === undefined) return [];
      const shebang = /^#!([^\r\n]*)\r\n/.exec(text)?.[1];
      if (shebang === undefined && !(script.by === "shell" && text.includes("\r\n"))) return [];
      const file = `${project.directory}/${script.path}`;
      return [
        {
          code: "config/windows-line-ends",
          path,
          part: { start: script.start, length: script.length },
          message: `${script.path} has the line ends of Windows (CRLF), ${shebang === undefined || script.by === "shell" ? "which a shell takes for a part of each line" : `so that Linux looks for a program "${shebang.trim()}\\r"`}`,
          help: `\`sed -i.bak 's/\\r$//' ${file} && rm ${file}.bak\` corrects it; \`${script.path.split("/").at(-1)} text eol=lf\` in .gitattributes keeps it so`,
        },
      ];
    }),
  );
}
