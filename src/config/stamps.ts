import { lstatSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";

/**
 * A file that was changed less than this before it was looked at may change again within the same
 * tick of the file system's clock, which its times wouldn't show. Milliseconds; FAT counts by two
 * seconds (https://git-scm.com/docs/racy-git has the same problem).
 */
export const RACY_MS = 3000;

/** The stamp of a path where nothing is. */
export const NOTHING = "-";

const OF_FOLDER = "in ";
const LEADS_TO = " to ";

/** Whether the stamp is the one of the folder that a path is in. */
export function isOfFolder(stamp: string): boolean {
  return stamp.startsWith(OF_FOLDER);
}

/** Whether the stamp is that of a link, and of what it leads to. */
export function isOfLink(stamp: string): boolean {
  return stamp.includes(LEADS_TO);
}

/** What tells that something on the disk is as it was, without reading it. */
export interface Stamps {
  /**
   * Of what is at a path: its mode, size, times and inode, of a link also those of what it leads
   * to.
   *
   * @param path absolute
   * @returns another text once it has changed; undefined where nothing shows that: it changed just
   *   now, or nobody may look
   */
  of(path: string): string | undefined;
  /**
   * Of what kind of thing is at a path, whatever is in it: the folder's that has it, which changes
   * with every entry that comes or goes. A link's is `of`.
   */
  ofKind(path: string): string | undefined;
  /** Whether one of these two is as it was. */
  isSame(path: string, stamp: string): boolean;
}

/**
 * Looks at each path once: for one command, in which several look at the same files.
 *
 * @param now milliseconds since 1970
 */
export function openStamps(now: () => number = Date.now): Stamps {
  const seen = new Map<string, string | null>();
  const at = (path: string): string | undefined => {
    let stamp = seen.get(path);
    if (stamp === undefined) {
      stamp = stampAt(path, now()) ?? null;
      seen.set(path, stamp);
    }
    return stamp ?? undefined;
  };
  /** The nearest folder above that is there. */
  const above = (path: string): string | undefined => {
    const folder = dirname(path);
    const stamp = at(folder);
    return stamp === NOTHING && folder !== path ? above(folder) : stamp && `${OF_FOLDER}${stamp}`;
  };
  return {
    of: at,
    ofKind(path) {
      const stamp = at(path);
      return stamp !== undefined && isOfLink(stamp) ? stamp : above(path);
    },
    isSame: (path, stamp) => (isOfFolder(stamp) ? above(path) : at(path)) === stamp,
  };
}

function stampAt(path: string, now: number): string | undefined {
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    if (own?.isSymbolicLink() !== true) return textOf(own, now);
    const target = textOf(statSync(path, { throwIfNoEntry: false }), now);
    const link = textOf(own, now);
    return link === undefined || target === undefined ? undefined : `${link}${LEADS_TO}${target}`;
  } catch {
    return undefined;
  }
}

function textOf(stats: Stats | undefined, now: number): string | undefined {
  if (stats === undefined) return NOTHING;
  const { mode, size, mtimeMs, ctimeMs, ino } = stats;
  if (Math.max(mtimeMs, ctimeMs) > now - RACY_MS) return undefined;
  return `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
