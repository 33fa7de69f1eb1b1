import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Folders that match a glob relative to `root`, sorted. Each segment is a name in which `*` stands
 * for any characters; hidden folders and those of tools (`__pycache__`, `node_modules`) are matched
 * only by name.
 */
export async function expandGlob(root: string, glob: string): Promise<string[]> {
  const segments = glob.split("/").filter((part) => part !== "" && part !== ".");
  if (segments.includes("..")) return [];
  let folders = [""];
  for (const segment of segments) {
    if (!segment.includes("*")) {
      folders = folders.map((folder) => joined(folder, segment));
      continue;
    }
    const pattern = new RegExp(`^${segmentPattern(segment)}$`);
    const next: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.isFile() || hidden.test(entry.name)) continue;
        if (pattern.test(entry.name)) next.push(joined(folder, entry.name));
      }
    }
    folders = next;
  }
  return folders.toSorted();
}

/** True for a path that `expandGlob` would give, were the folder there. */
export function matchesGlob(path: string, glob: string): boolean {
  const segments = glob.split("/").filter((part) => part !== "" && part !== ".");
  const names = path.split("/");
  return (
    names.length === segments.length &&
    segments.every((segment, index) => {
      const name = names[index] ?? "";
      if (!segment.includes("*")) return name === segment;
      return !hidden.test(name) && new RegExp(`^${segmentPattern(segment)}$`).test(name);
    })
  );
}

/** Hidden folders and those of tools. */
const hidden = /^[._]|^node_modules$/;

function segmentPattern(segment: string): string {
  return segment.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
