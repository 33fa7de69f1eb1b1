import { createHash } from "node:crypto";
import type { ProjectFiles } from "./project-files.ts";

type Question = Exclude<keyof ProjectFiles, "workspace">;

/** One question about a project's folder, and the answer. */
export interface FileAnswer {
  readonly asked: Question;
  /** Whose folder was asked about; absent: the project's. */
  readonly of?: "workspace";
  readonly path: string;
  /** As `answerTo` gives it. */
  readonly answer: string | undefined;
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

/** Whether the files answer every question as they did then. */
export function answerAlike(files: ProjectFiles, answers: readonly FileAnswer[]): boolean {
  return answers.every(({ asked, of, path, answer }) => {
    const asker = of === undefined ? files : files.workspace;
    return textOf(asker?.[asked](path)) === answer;
  });
}

/** Texts of files and names are kept as hashes: they may be large, and may be private. */
type Answer = string | readonly string[] | undefined;

function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return createHash("sha256").update(JSON.stringify(answer)).digest("base64");
}
