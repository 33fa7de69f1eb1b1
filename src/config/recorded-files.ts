import { createHash } from "node:crypto";
import type { ProjectFiles } from "./project-files.ts";

/** One question about a project's folder, and the answer. */
export interface FileAnswer {
  readonly asked: keyof ProjectFiles;
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
  const note = <Value extends Answer>(
    asked: FileAnswer["asked"],
    path: string,
    value: Value,
  ): Value => {
    const key = `${asked} ${path}`;
    if (!seen.has(key)) seen.set(key, { asked, path, answer: textOf(value) });
    return value;
  };
  return {
    files: {
      kind: (path) => note("kind", path, files.kind(path)),
      names: (folder) => note("names", folder, files.names(folder)),
      read: (path) => note("read", path, files.read(path)),
    },
    answers: () => [...seen.values()],
  };
}

/** Whether the files answer every question as they did then. */
export function answerAlike(files: ProjectFiles, answers: readonly FileAnswer[]): boolean {
  return answers.every(({ asked, path, answer }) => textOf(files[asked](path)) === answer);
}

/** Texts of files and names are kept as hashes: they may be large, and may be private. */
type Answer = string | readonly string[] | undefined;

function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  return createHash("sha256").update(JSON.stringify(answer)).digest("base64");
}
