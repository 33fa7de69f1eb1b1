import { createHash } from "node:crypto";
import type { AnswerStamps, ProjectFiles } from "./project-files.ts";

type Question = Parameters<AnswerStamps["stamp"]>[0];

/** One question about a project's folder, and the answer. */
export interface FileAnswer {
  readonly asked: Question;
  /** Whose folder was asked about; absent: the project's. */
  readonly of?: "workspace" | undefined;
  readonly path: string;
  /** As `answerTo` gives it. */
  readonly answer: string | undefined;
  /** Of what was asked about; absent: nothing shows whether it has changed. */
  readonly stamp?: string | undefined;
}

export interface RecordedFiles {
  readonly files: ProjectFiles;
  /** What was asked by now, each question once. */
  answers(): readonly FileAnswer[];
}

/** The same files, and a record of what was asked about them. */
export function recordedFiles(files: ProjectFiles): RecordedFiles {
  const seen = new Map<string, FileAnswer>();
  const recording = (asker: ProjectFiles, of: Pick<FileAnswer, "of">): ProjectFiles => {
    const note = <Value extends Answer>(asked: Question, path: string, value: Value): Value => {
      const key = `${of.of ?? ""} ${asked} ${path}`;
      if (!seen.has(key)) seen.set(key, { asked, ...of, path, answer: textOf(value) });
      return value;
    };
    return {
      kind: (path) => note("kind", path, asker.kind(path)),
      names: (folder) => note("names", folder, asker.names(folder)),
      read: (path) => note("read", path, asker.read(path)),
    };
  };
  return {
    files: {
      ...recording(files, {}),
      get workspace() {
        return files.workspace && recording(files.workspace, { of: "workspace" });
      },
    },
    answers: () => [...seen.values()],
  };
}

/**
 * Asks the questions again where their answers may have changed.
 *
 * @returns undefined where one is answered otherwise now; the very same list where nothing had to
 *   be asked; else the list as it is to be kept from now on
 */
export function askedAgain(
  files: ProjectFiles,
  answers: readonly FileAnswer[],
): readonly FileAnswer[] | undefined {
  let asked = false;
  for (const one of answers) {
    const asker = one.of === undefined ? files : files.workspace;
    if (one.stamp !== undefined && asker?.stamps?.isSame(one.path, one.stamp) === true) continue;
    if (textOf(asker?.[one.asked](one.path)) !== one.answer) return undefined;
    asked = true;
  }
  return asked && files.stamps !== undefined ? stamped(files, answers) : answers;
}

/** The answers with what tells later whether they have changed. */
export function stamped(
  files: ProjectFiles,
  answers: readonly FileAnswer[],
): readonly FileAnswer[] {
  return answers.map(({ asked, of, path, answer }) => {
    const stamp = (of === undefined ? files : files.workspace)?.stamps?.stamp(asked, path);
    return { asked, of, path, answer, stamp };
  });
}

/** Texts of files and names are kept as hashes: they may be large, and may be private. */
type Answer = string | readonly string[] | undefined;

function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return createHash("sha256").update(JSON.stringify(answer)).digest("base64").slice(0, 22);
}
