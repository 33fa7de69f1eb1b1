/** A step that holds, or waits for, a place in one pool or several at once. */
export interface PoolClaim {
  readonly project: string;
  readonly run: string;
  readonly step: string;
  /** Places that each of its pools has, as its release declares them. */
  readonly pools: Readonly<Record<string, number>>;
  /** Of its project; the highest goes first. */
  readonly priority: number;
  /** When it first asked, milliseconds since the epoch; of one priority the earliest goes first. */
  readonly askedAt: number;
  readonly held: boolean;
}

/**
 * Why a claim waits: in which pool it finds no place, who is on the places, who comes before it.
 */
export interface PoolWait {
  readonly pool: string;
  readonly places: number;
  readonly holders: readonly PoolClaim[];
  readonly ahead: readonly PoolClaim[];
}

/**
 * The waiting claims that may begin now, in their order. One that lacks a place in any of its pools
 * keeps its turn in all of them: what comes after it can't take the last place again and again, so
 * nobody waits forever for two pools at once.
 */
export function turns<Claim extends PoolClaim>(claims: readonly Claim[]): readonly Claim[] {
  const taken = new Map<string, number>();
  const count = ({ pools }: Claim): void => {
    for (const pool of Object.keys(pools)) taken.set(pool, (taken.get(pool) ?? 0) + 1);
  };
  for (const claim of claims) if (claim.held) count(claim);
  return inOrder(claims).filter((claim) => {
    const fits = Object.entries(claim.pools).every(
      ([pool, places]) => (taken.get(pool) ?? 0) < places,
    );
    count(claim);
    return fits;
  });
}

/** What a claim waits for; empty for one that holds its places, and for one whose turn it is. */
export function waitsOf(claims: readonly PoolClaim[], claim: PoolClaim): readonly PoolWait[] {
  if (claim.held) return [];
  const waiting = inOrder(claims);
  const before = waiting.slice(
    0,
    waiting.findIndex((one) => isSame(one, claim)),
  );
  return Object.entries(claim.pools).flatMap(([pool, places]): PoolWait[] => {
    const wants = (one: PoolClaim): boolean => Object.hasOwn(one.pools, pool);
    const holders = claims.filter((one) => one.held && wants(one));
    const ahead = before.filter(wants);
    return holders.length + ahead.length < places ? [] : [{ pool, places, holders, ahead }];
  });
}

/** A step of a run has one claim, however often it asks. */
export function isSame(
  one: Pick<PoolClaim, "project" | "run" | "step">,
  other: Pick<PoolClaim, "project" | "run" | "step">,
): boolean {
  return one.project === other.project && one.run === other.run && one.step === other.step;
}

/** Names a run among those of all projects: two may have started one of the same name. */
export function runKey({ project, run }: Pick<PoolClaim, "project" | "run">): string {
  return `${project}/${run}`;
}

/** Those that wait, the next one first; the same order wherever it is asked. */
function inOrder<Claim extends PoolClaim>(claims: readonly Claim[]): readonly Claim[] {
  const text = (claim: Claim): string => `${runKey(claim)} ${claim.step}`;
  return claims
    .filter(({ held }) => !held)
    .toSorted(
      (a, b) =>
        b.priority - a.priority ||
        a.askedAt - b.askedAt ||
        (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0),
    );
}
