import { lstatSync, realpathSync, statSync, type Stats } from "node:fs";
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
 * Looks at each path once: for one command, in which several look at the same files. It is opened
 * before anything is read that stamps will stand for: what changes from then on has none, however
 * long the command takes, so that none is of another content than what was read.
 *
 * @param now milliseconds since 1970
 */
export function openStamps(now: () => number = Date.now): Stamps {
  const settled = now() - RACY_MS;
  const seen = new Map<string, Look>();
  const look = (path: string): Look => {
    const before = seen.get(path);
    if (before !== undefined) return before;
    const found = lookAt(path, settled);
    seen.set(path, found);
    return found;
  };
  const at = (path: string): string | undefined => look(path).stamp;
  /** The nearest folder above that is there. */
  const above = (path: string): string | undefined => {
    const folder = dirname(path);
    const stamp = at(folder);
    return stamp === NOTHING && folder !== path ? above(folder) : stamp && `${OF_FOLDER}${stamp}`;
  };
  return {
    of: at,
    ofKind(path) {
      const { isLink, stamp } = look(path);
      return isLink ? stamp : above(path);
    },
    isSame: (path, stamp) => (isOfFolder(stamp) ? above(path) : at(path)) === stamp,
  };
}

interface Look {
  readonly isLink: boolean;
  readonly stamp: string | undefined;
}

function lookAt(path: string, settled: number): Look {
  let isLink = false;
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    isLink = own?.isSymbolicLink() === true;
    const link = textOf(own, settled);
    if (!isLink) return { isLink, stamp: link };
    const led = statSync(path, { throwIfNoEntry: false });
    const target = textOf(led, settled);
    if (link === undefined || target === undefined) return { isLink, stamp: undefined };
    // A folder on the way may be moved elsewhere, and a link put in its place.
    const place = led === undefined ? "" : realpathSync.native(path);
    return { isLink, stamp: `${link}${LEADS_TO}${target} ${place}` };
  } catch {
    return { isLink, stamp: undefined };
  }
}

/** @param settled milliseconds since 1970; what changed after has no stamp */
function textOf(stats: Stats | undefined, settled: number): string | undefined {
  if (stats === undefined) return NOTHING;
  const { mode, size, mtimeMs, ctimeMs, ino } = stats;
  if (Math.max(mtimeMs, ctimeMs) > settled) return undefined;
  return `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
