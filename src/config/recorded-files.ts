import { hash } from "node:crypto";
import { posix } from "node:path";

import type { AnswerStamps, ProjectFiles } from "./project-files.ts";
import { isOfFolder } from "./stamps.ts";

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

/**
 * The stamps of all answers as one text, each once: what was asked of twenty paths in a folder
 * hangs on the folder's. Undefined where an answer has none.
 */
export function stampsOf(answers: readonly FileAnswer[]): string | undefined {
  const texts = new Map<string, string>();
  for (const { of = "project", path, stamp } of answers) {
    if (stamp === undefined) return undefined;
    const place = isOfFolder(stamp) ? ["in", posix.dirname(path)] : ["at", path];
    texts.set([of, ...place].join("\0"), `${of}\0${path}\0${stamp}\0`);
  }
  return [...texts.values()].join("");
}

/** Whether all that a text of stamps was made of is as it was. */
export function areSame(files: ProjectFiles, stamps: string): boolean {
  const parts = stamps.split("\0");
  for (let index = 0; index + 2 < parts.length; index += 3) {
    const asker = parts[index] === "workspace" ? files.workspace : files;
    const same = asker?.stamps?.isSame(parts[index + 1] ?? "", parts[index + 2] ?? "");
    if (same !== true) return false;
  }
  return true;
}

/** Texts of files and names are kept as hashes: they may be large, and may be private. */
type Answer = string | readonly string[] | undefined;

function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return hash("sha256", JSON.stringify(answer), "base64").slice(0, 22);
}
