import type { ArtifactsOf } from "./roles/artifacts.ts";
import type { Platform } from "./port.ts";

/**
 * The text of a small file among artifacts; empty where there is none, or it can't be read: for
 * what only explains.
 *
 * @param most bytes that are read of it
 */
export async function artifactText(
  artifacts: NonNullable<Platform["artifacts"]>,
  of: ArtifactsOf,
  key: string,
  most: number,
): Promise<string> {
  try {
    const read = await artifacts.read(of, key, { from: 0, length: most });
    if (!read.ok || read.value === undefined) return "";
    const pieces: Uint8Array[] = [];
    for await (const piece of read.value) pieces.push(piece);
    return Buffer.concat(pieces).toString("utf8");
  } catch {
    return "";
  }
}
