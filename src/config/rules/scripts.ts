/** A script of the project that a command runs. */
export interface Script {
  readonly kind: "file" | "module";
  /** What reads it; itself: by its first line. */
  readonly by: "python" | "shell" | "itself";
  /** Relative to the project; a module's dots are slashes and its ending is left out. */
  readonly path: string;
  /** Its place in the command, in code units. */
  readonly start: number;
  readonly length: number;
}

/** A word of a command, and its place in it in code units. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

const PYTHON = /^python(\d+(\.\d+)*)?$/;
const SHELL = /^(sh|bash|dash|zsh)$/;
/** Words before the program itself. */
const BEFORE = /^(exec|time|nohup|env|[A-Za-z_]\w*=.*)$/;
/** Flags of Python that take the next word. */
const WITH_VALUE = /^-[WX]$/;

/**
 * Finds the scripts that a shell command line names in plain sight. What a shell would have to
 * compute (variables, globs, a `cd` before it) and absolute paths are left alone: better to miss
 * one than to refuse a command that works.
 */
export function scriptsIn(command: string): readonly Script[] {
  if (/\b(cd|pushd|eval)\b|[`\\]|<<|\$\(/.test(command)) return [];
  return simpleCommands(command).flatMap((words) => {
    const script = scriptOf(words);
    return script && !/[$*?[\]{}~<>()]/.test(script.path) && !script.path.startsWith("/")
      ? [script]
      : [];
  });
}

/** The programs that a shell command line starts by name, in plain sight. */
export function programsIn(command: string): readonly Word[] {
  return simpleCommands(command).flatMap(
    (words) => words.find(({ text }) => !BEFORE.test(text)) ?? [],
  );
}

function scriptOf(words: readonly Word[]): Script | undefined {
  const at = words.findIndex(({ text }) => !BEFORE.test(text));
  const program = words[at];
  if (!program) return undefined;
  if (program.text.startsWith("./")) return file(program, "itself");
  const isPython = PYTHON.test(program.text);
  if (!isPython && !SHELL.test(program.text)) return undefined;
  for (let index = at + 1; index < words.length; index += 1) {
    const word = words[index];
    if (!word) return undefined;
    if (!word.text.startsWith("-")) return file(word, isPython ? "python" : "shell");
    if (word.text === "-" || word.text === "-c") return undefined;
    if (isPython && word.text === "-m") return module(words[index + 1]);
    if (isPython && WITH_VALUE.test(word.text)) index += 1;
    if (!isPython && /^-\w*[co]/.test(word.text)) return undefined;
  }
  return undefined;
}

function file(word: Word, by: Script["by"]): Script {
  return {
    kind: "file",
    by,
    path: word.text.replace(/^(\.\/)+/, ""),
    start: word.start,
    length: word.text.length,
  };
}

function module(word: Word | undefined): Script | undefined {
  if (!word || !/^[A-Za-z_][\w.]*$/.test(word.text)) return undefined;
  return {
    kind: "module",
    by: "python",
    path: word.text.replaceAll(".", "/"),
    start: word.start,
    length: word.text.length,
  };
}

/**
 * Splits a command line at `&&`, `||`, `;`, `|`, `&` and line ends, and each part into words.
 * Quoted words are kept whole.
 */
function simpleCommands(command: string): Word[][] {
  const commands: Word[][] = [[]];
  for (const match of command.matchAll(/"([^"]*)"|'([^']*)'|[;&|\n]+|[^\s;&|"']+/g)) {
    const [whole, double, single] = match;
    if (/^[;&|\n]/.test(whole)) commands.push([]);
    else {
      const quoted = double ?? single;
      const start = match.index + (quoted === undefined ? 0 : 1);
      commands.at(-1)?.push({ text: quoted ?? whole, start });
    }
  }
  return commands;
}
