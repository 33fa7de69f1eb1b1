/**
 * Ends a `switch` whose cases are exhaustive: the compiler refuses the call while a case is
 * missing.
 *
 * @throws Error when reached at run time, which means that data of an unknown kind got past its
 *   check: a bug.
 */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
