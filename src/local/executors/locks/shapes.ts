import * as z from "zod";

/** A text, where there is one; anything else counts as absent: it is for the lock's own tool. */
export const maybeText = z.string().optional().catch(undefined);

/** Files of a package with the hashes that they must have. */
export const hashedFiles = z
  .array(z.object({ hash: maybeText }))
  .catch([])
  .default([]);

/** PyPI itself is where packages come from anyway. */
export function isPypi(url: string): boolean {
  return /^https:\/\/(?:pypi\.org|pypi\.python\.org)(?:\/simple)?\/?$/.test(url);
}
