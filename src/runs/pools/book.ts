import { isSame, runKey, turns, type PoolClaim } from "./turns.ts";

/** A claim as the notifier's function keeps it. */
export interface BookedClaim extends PoolClaim {
  /**
   * What names the waiting state to Step Functions, as long as it wasn't answered. Each try of the
   * state has another one, and a call may come later than that of the try after it: all of them
   * are answered.
   */
  readonly tokens: readonly string[];
}

/** All claims of an environment. */
export type PoolBook = readonly BookedClaim[];

/**
 * A step asks for its places. Asked again (an event that came twice, a state that tries again) it
 * keeps its turn or its places.
 */
export function take(book: PoolBook, claim: Omit<BookedClaim, "held">): PoolBook {
  const known = book.find((one) => isSame(one, claim));
  const asked: BookedClaim =
    known === undefined
      ? { ...claim, held: false }
      : {
          ...claim,
          askedAt: known.askedAt,
          held: known.held,
          tokens: [...new Set([...known.tokens, ...claim.tokens])],
        };
  return granted([...book.filter((one) => !isSame(one, claim)), asked]);
}

/** A step has succeeded, and gives its places back; done again it changes nothing. */
export function giveBack(
  book: PoolBook,
  of: Pick<PoolClaim, "project" | "run" | "step">,
): PoolBook {
  return without(book, (one) => isSame(one, of));
}

/** Runs, by their keys, were seen to have ended: nothing of them holds or waits any more. */
export function ended(book: PoolBook, runs: ReadonlySet<string>): PoolBook {
  return without(book, (one) => runs.has(runKey(one)));
}

/** The states of these tokens were answered. */
export function answered(book: PoolBook, tokens: ReadonlySet<string>): PoolBook {
  if (tokens.size === 0) return book;
  return book.map((one) =>
    one.tokens.some((token) => tokens.has(token))
      ? { ...one, tokens: one.tokens.filter((token) => !tokens.has(token)) }
      : one,
  );
}

/**
 * The tokens of those who hold places and weren't answered. Who writes the book answers them; one
 * that dies before it has leaves them to the next one.
 */
export function toAnswer(book: PoolBook): readonly string[] {
  return book.flatMap(({ held, tokens }) => (held ? tokens : []));
}

/** The same book where there is nothing to take away: nobody has to write it. */
function without(book: PoolBook, gone: (claim: BookedClaim) => boolean): PoolBook {
  return book.some(gone) ? granted(book.filter((one) => !gone(one))) : book;
}

function granted(book: PoolBook): PoolBook {
  const may = new Set(turns(book));
  return may.size === 0 ? book : book.map((one) => (may.has(one) ? { ...one, held: true } : one));
}
