/**
 * Which packages of a lock are needed, and when: the condition of a package is that one way from
 * the project to it holds. Conditions are PEP 508 markers, taken as they are written.
 * @see https://peps.python.org/pep-0508/#environment-markers
 */

/** A dependency, from the project or from a package. */
export interface LockEdge {
  /** Key of the package that it leads to. */
  readonly to: string;
  readonly marker: string | undefined;
  /** Extras of that package, which bring others. */
  readonly extras: readonly string[];
}

export interface LockNode {
  readonly edges: readonly LockEdge[];
  /** What each extra brings. */
  readonly extras: ReadonlyMap<string, readonly LockEdge[]>;
}

/** Markers that must hold together. None: always. */
type Way = ReadonlySet<string>;

/**
 * More ways to one package than these count as always: one installed for nothing harms little.
 */
const MOST_WAYS = 32;

/**
 * @param roots what the project itself needs
 * @returns each needed package's key with its marker; undefined: it is always needed
 */
export function neededPackages(
  roots: readonly LockEdge[],
  nodes: ReadonlyMap<string, LockNode>,
): ReadonlyMap<string, string | undefined> {
  const ways = new Map<string, readonly Way[]>();
  const waiting: { readonly edge: LockEdge; readonly above: readonly Way[] }[] = roots.map(
    (edge) => ({ edge, above: [new Set<string>()] }),
  );
  // An extra is a place by itself, so that what it brings follows its own ways.
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { edge, above } = next;
    const node = nodes.get(edge.to);
    if (node === undefined) continue;
    const here = above.map((way) =>
      edge.marker === undefined ? way : new Set([...way, edge.marker]),
    );
    const places: readonly (readonly [string, readonly LockEdge[]])[] = [
      [edge.to, node.edges],
      ...edge.extras.map(
        (extra) => [`${edge.to}[${extra}]`, node.extras.get(extra) ?? []] as const,
      ),
    ];
    for (const [place, edges] of places) {
      const before = ways.get(place) ?? [];
      const after = joined(before, here);
      if (after === before) continue;
      ways.set(place, after);
      for (const one of edges) waiting.push({ edge: one, above: after });
    }
  }
  return new Map(
    [...ways].flatMap(([place, some]) => (nodes.has(place) ? [[place, markerOf(some)]] : [])),
  );
}

/** The very same list where nothing is new. A way that asks for more than another adds nothing. */
function joined(before: readonly Way[], more: readonly Way[]): readonly Way[] {
  let ways = before;
  for (const way of more) {
    if (ways.some((known) => asksNoMore(known, way))) continue;
    ways = [...ways.filter((known) => !asksNoMore(way, known)), way];
  }
  return ways.length > MOST_WAYS ? [new Set()] : ways;
}

function asksNoMore(one: Way, other: Way): boolean {
  return [...one].every((marker) => other.has(marker));
}

function markerOf(ways: readonly Way[]): string | undefined {
  if (ways.some(({ size }) => size === 0)) return undefined;
  const parts = ways.map((way) => [...way].map((marker) => `(${marker})`).join(" and "));
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(" or ");
}
