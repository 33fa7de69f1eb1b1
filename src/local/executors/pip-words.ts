const newest = 3;

/**
 * What pip said, with the newest few of the versions that it lists instead of all: it names every
 * one that a package ever had.
 */
export function pipWords(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line
      .replace(
        /(\(from versions: )([^)]+)(?=\)$)/,
        (_whole, before: string, list: string) => before + ending(list, ", "),
      )
      .replace(
        /^(ERROR: Ignored the following .*?: )(.+)$/,
        (_whole, before: string, list: string) => before + ending(list, "; "),
      ),
  );
}

/** Both lists go from the oldest to the newest. */
function ending(list: string, separator: string): string {
  const items = list.split(separator);
  return items.length > newest ? ["…", ...items.slice(-newest)].join(separator) : list;
}
