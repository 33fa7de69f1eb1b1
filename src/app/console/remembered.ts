import type { Result } from "../../core/result.ts";

/** How long what was read of an account is used, in milliseconds: one poller, however many look. */
export const freshMs = 15_000;

/** An answer that is kept while it is fresh; those who ask at the same time wait for one. */
export interface Remembered<T, E> {
  (): Promise<Result<T, E>>;
  /** Whether asking now costs nothing. */
  readonly isFresh: () => boolean;
}

/** @param now by which clock what was read gets old */
export function remembered<T, E>(
  now: () => number,
  read: () => Promise<Result<T, E>>,
): Remembered<T, E> {
  let last: { readonly at: number; readonly answer: Promise<Result<T, E>> } | undefined;
  const isFresh = (): boolean => last !== undefined && now() - last.at < freshMs;
  const ask = (): Promise<Result<T, E>> => {
    if (last === undefined || !isFresh()) last = { at: now(), answer: read() };
    return last.answer;
  };
  return Object.assign(ask, { isFresh });
}
