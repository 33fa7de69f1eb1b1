/**
 * The folder of the user who runs this process. A user id without an entry and without HOME, as in
 * some containers, has what container engines set for it: `/`.
 *
 * @param environment variables of the process
 * @param ofUser what the system says of the user; may throw
 */
export function homeFolder(
  environment: Readonly<Record<string, string | undefined>>,
  ofUser: () => string,
): string {
  if (environment["HOME"]) return environment["HOME"];
  try {
    return ofUser();
  } catch {
    return "/";
  }
}
