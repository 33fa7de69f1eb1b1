import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { ProjectFiles } from "./project-files.ts";
import { MAX_FILE_BYTES } from "./yaml-source.ts";

/**
 * Reads a config's bytes. What can't be read is a diagnostic; a file that isn't there is undefined.
 *
 * @param root absolute, symbolic links resolved
 * @param file relative to the root, with `/`
 */
export async function readConfigFile(
  root: string,
  file: string,
): Promise<Uint8Array | Diagnostic | undefined> {
  const problem = (code: string, message: string, help: string): Diagnostic => ({
    code,
    severity: "error",
    message,
    help,
    location: { file },
  });
  const path = join(root, file);
  try {
    if (!isInside(root, await realpath(path))) {
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
    await using handle = await open(path);
    return await handle.readFile();
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
 * A project's folder on the disk, as it was when first asked. Synchronous: a handful of calls a project, each some microseconds, and the rules stay plain functions.
 */
export function filesOnDisk(root: string, directory: string): ProjectFiles {
  const folder = join(root, directory);
  const known = new Map<string, Kind>();
  const kind = (path: string): Kind => {
    if (!known.has(path)) known.set(path, lookUp(path));
    return known.get(path);
  };
  const lookUp = (path: string): Kind => {
    const slash = path.lastIndexOf("/");
    const above = slash === -1 ? "folder" : kind(path.slice(0, slash));
    // Through a link the way goes on elsewhere: then the system is asked for the whole of it.
    const full = join(folder, path);
    try {
      const info = lstatSync(full, { throwIfNoEntry: false });
      if (!info) return undefined;
      if (above === "folder" && !info.isSymbolicLink())
        return info.isDirectory() ? "folder" : "file";
      if (!isInside(root, realpathSync.native(full))) return "outside";
      return statSync(full).isDirectory() ? "folder" : "file";
    } catch {
      return undefined;
    }
  };
  return {
    kind,
    names(path) {
      try {
        return readdirSync(join(folder, path));
      } catch {
        return [];
      }
    },
    read(path) {
      const full = join(folder, path);
      try {
        return statSync(full).size > MAX_FILE_BYTES ? undefined : readFileSync(full, "utf8");
      } catch {
        return undefined;
      }
    },
  };
}
