/** The outcome of something that is expected to fail at times: a value, never a throw. */
export type Result<T, E> = Ok<T> | Err<E>;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** Wraps a success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Wraps an expected failure. */
export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/** The values of all of these in their order, each with its type, or the first error. */
export function all<const Results extends readonly Result<unknown, unknown>[]>(
  results: Results,
): Result<
  { -readonly [Index in keyof Results]: ValueOf<Results[Index]> },
  ErrorOf<Results[number]>
> {
  const values: unknown[] = [];
  for (const result of results) {
    if (!result.ok) return result as Err<ErrorOf<Results[number]>>;
    values.push(result.value);
  }
  return ok(values as { -readonly [Index in keyof Results]: ValueOf<Results[Index]> });
}

type ValueOf<Outcome> = Outcome extends Ok<infer Value> ? Value : never;
type ErrorOf<Outcome> = Outcome extends Err<infer Problem> ? Problem : never;
