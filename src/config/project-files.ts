/** Bytes; files beyond this are refused unread: a configuration of that size is a mistake. */
export const MAX_FILE_BYTES = 1_000_000;

/** What the rules may ask of a project's folder. Paths are relative to it, with `/`. */
export interface ProjectFiles {
  /** `outside`: a symbolic link that leads out of the workspace. Undefined: there is nothing. */
  kind(path: string): "file" | "folder" | "outside" | undefined;
  /** Names in a folder; none when there is no such folder. */
  names(folder: string): readonly string[];
  /** A small text file; undefined when it can't be read. */
  read(path: string): string | undefined;
  /** What tells that an answer is as it was, where something does. */
  readonly stamps?: AnswerStamps | undefined;
  /** The same of the whole workspace, with paths from its root; absent: nothing is there. */
  readonly workspace?: ProjectFiles | undefined;
}

/** Tells by a folder's times whether what was asked about it may be answered otherwise now. */
export interface AnswerStamps {
  /** Undefined where nothing does. */
  stamp(asked: "kind" | "names" | "read", path: string): string | undefined;
  /** Whether an answer with this stamp is still right. */
  isSame(path: string, stamp: string): boolean;
}

/**
 * A folder that exists only as data, for tests and for texts that come from elsewhere: path to
 * content.
 */
export function filesFromRecord(
  record: Readonly<Record<string, string>>,
  workspace?: Readonly<Record<string, string>>,
): ProjectFiles {
  const paths = Object.keys(record);
  return {
    kind: (path) => {
      if (Object.hasOwn(record, path)) return "file";
      return paths.some((other) => other.startsWith(`${path}/`)) ? "folder" : undefined;
    },
    names: (folder) => {
      const prefix = folder === "." || folder === "" ? "" : `${folder}/`;
      const below = paths.filter((path) => path.startsWith(prefix));
      return [...new Set(below.map((path) => path.slice(prefix.length).split("/")[0] ?? ""))];
    },
    read: (path) => record[path],
    ...(workspace === undefined ? {} : { workspace: filesFromRecord(workspace) }),
  };
}
