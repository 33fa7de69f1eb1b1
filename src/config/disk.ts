import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { ProjectFiles } from "./project-files.ts";
import { MAX_FILE_BYTES } from "./project-files.ts";
import { openStamps, type Stamps } from "./stamps.ts";

/**
 * Reads a config's bytes. What can't be read is a diagnostic; a file that isn't there is undefined.
 *
 * @param root absolute, symbolic links resolved
 * @param file relative to the root, with `/`
 */
export function readConfigFile(root: string, file: string): Uint8Array | Diagnostic | undefined {
  const problem = (code: string, message: string, help: string): Diagnostic => ({
    code,
    severity: "error",
    message,
    help,
    location: { file },
  });
  const path = join(root, file);
  try {
    if (!isInside(root, realpathSync.native(path))) {
      return problem(
        "file/outside",
        "the file is a symbolic link that leads out of the workspace",
        "replace it by the file itself",
      );
    }
    // Not to hang on a named pipe, whose reader waits for a writer.
    const info = statSync(path);
    if (info.isDirectory()) {
      return problem("file/not-a-file", "this is a folder, not a file", "rename it");
    }
    if (!info.isFile()) {
      return problem("file/not-a-file", "this is not an ordinary file", "replace it by one");
    }
    if (info.size > MAX_FILE_BYTES) {
      return problem(
        "file/too-large",
        `the file has ${(info.size / 1_000_000).toFixed(1)} MB; a configuration has at most 1 MB`,
        "check that this is the right file",
      );
    }
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "";
    if (reason === "ENOENT") {
      if (isDangling(path)) {
        return problem(
          "file/unreadable",
          "the file is a symbolic link that leads nowhere",
          "replace it by the file itself",
        );
      }
      return undefined;
    }
    if (reason === "ELOOP") {
      return problem(
        "file/unreadable",
        "the file is a symbolic link that leads back to itself",
        "replace it by the file itself",
      );
    }
    const denied = reason === "EACCES" || reason === "EPERM";
    return problem(
      "file/unreadable",
      denied ? "the file may not be read" : `the file can't be read (${reason})`,
      denied ? "give yourself the permission to read it" : "check the file and its disk",
    );
  }
}

function isDangling(path: string): boolean {
  try {
    return readdirSync(join(path, "..")).includes(path.slice(path.lastIndexOf(sep) + 1));
  } catch {
    return false;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

type Kind = ReturnType<ProjectFiles["kind"]>;

/**
 * A project's folder on the disk, as it was when first asked. Names count as they are written, also
 * where the disk takes any case: the image that is built from the folder doesn't. Synchronous: a
 * look into each folder that is asked for, so the rules stay plain functions.
 *
 * @param stamps what others of the same command look at too
 */
export function filesOnDisk(
  root: string,
  directory: string,
  stamps: Stamps = openStamps(),
): ProjectFiles {
  const project = join(root, directory);
  const listings = new Map<string, ReadonlyMap<string, Dirent>>();
  const texts = new Map<string, string | undefined>();
  const kinds = new Map<string, Kind>([[".", "folder"]]);
  /** Folders that are reached through a link: what is in them may be anywhere. */
  const linked = new Set<string>();

  const entriesOf = (folder: string): ReadonlyMap<string, Dirent> => {
    const known = listings.get(folder);
    if (known) return known;
    const entries = new Map(listed(join(project, folder)).map((entry) => [entry.name, entry]));
    listings.set(folder, entries);
    return entries;
  };
  const kind = (path: string): Kind => {
    if (!kinds.has(path)) kinds.set(path, lookUp(path));
    return kinds.get(path);
  };
  const lookUp = (path: string): Kind => {
    const above = posix.dirname(path);
    const holder = kind(above);
    if (holder !== "folder") return holder === "outside" ? "outside" : undefined;
    const entry = entriesOf(above).get(posix.basename(path));
    if (!entry) return undefined;
    if (!entry.isSymbolicLink() && !linked.has(above)) return kindOf(entry);
    linked.add(path);
    try {
      const real = realpathSync.native(join(project, path));
      return isInside(root, real) ? kindOf(statSync(real)) : "outside";
    } catch {
      return undefined;
    }
  };
  let workspace: ProjectFiles | undefined;
  return {
    get workspace() {
      return (workspace ??= filesOnDisk(root, "", stamps));
    },
    kind: (path) => kind(normal(path)),
    stamps: {
      stamp(asked, path) {
        const full = below(project, path);
        return asked === "kind" ? stamps.ofKind(full) : stamps.of(full);
      },
      isSame: (path, stamp) => stamps.isSame(below(project, path), stamp),
    },
    names: (folder) =>
      kind(normal(folder)) === "folder" ? [...entriesOf(normal(folder)).keys()] : [],
    read(path) {
      if (kind(normal(path)) !== "file") return undefined;
      const full = join(project, path);
      if (texts.has(full)) return texts.get(full);
      const text = textAt(full);
      if ((text?.length ?? 0) <= KEPT_LENGTH) texts.set(full, text);
      return text;
    },
  };
}

/** Longer texts are read again where somebody asks again: there may be many. */
const KEPT_LENGTH = 20_000;

function textAt(path: string): string | undefined {
  try {
    return statSync(path).size > MAX_FILE_BYTES ? undefined : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Pipes and devices are neither: reading one might never end. */
function kindOf(found: Pick<Dirent, "isFile" | "isDirectory">): Kind {
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : undefined;
}

function listed(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** As `join`, which takes longer than the look at what is there. */
function below(folder: string, path: string): string {
  return isNormal(path) ? `${folder}${sep}${path}` : join(folder, path);
}

function isNormal(path: string): boolean {
  return !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

/** `./steps//x.py` is `steps/x.py`. */
function normal(path: string): string {
  if (isNormal(path)) return path;
  return posix.normalize(path).replace(/(?<=.)\/$/, "");
}
