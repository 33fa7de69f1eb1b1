/**
 * A value that is there now or later. JSONata answers later; everything else answers now and must
 * not pay for a promise.
 */
export type Maybe<T> = T | Promise<T>;

/** Continues with a value now if it is there, later if it isn't. */
export function chain<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
