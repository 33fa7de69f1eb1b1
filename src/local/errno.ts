/** Whether it is an error of the system's with one of these codes: `ENOENT`, `EACCES`. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
