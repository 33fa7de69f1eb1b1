/**
 * A line of a file that may be shown: of the addresses on it users and passwords, and paths, which
 * are what a webhook's sender must know, are asterisks. As long as it was, so that columns still
 * count. Of addresses without a scheme, as registries have them, users and passwords;
 * and what is called a password.
 */
export function withoutSecretAddresses(line: string): string {
  if (!/[@/]|pass/i.test(line)) return line;
  const stars = (text: string): string => "*".repeat(text.length);
  return line
    .replaceAll(user, (_all, scheme: string, name: string) => `${scheme}${stars(name)}@`)
    .replaceAll(path, (_all, host: string, rest: string) => `${host}${stars(rest)}`)
    .replaceAll(login, (_all, name: string) => `${stars(name)}@`)
    .replaceAll(password, (_all, name: string, value: string) => `${name}${stars(value)}`);
}

const user = /([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s"'`/?#@]{1,500})@/gi;
/** To a blank, or what ends a value in YAML and in commands. */
const path = /(https?:\/\/[^\s"'`/?#,\]}]*[/?#])([^\s"'`,\]}…]+)/gi;
/** Bounded: without a mark of where it begins, each place of a long line is tried. */
const login = /(?<![^\s"'`=[{,])([^\s"'`=[{,:@/*]{1,200}:[^\s"'`,@/]{1,300})@/g;

const password = /(\bpass(?:word|wd)?["']?\s{0,8}[:=]\s{0,8}["']?)([^\s"',}]+)/gi;

/**
 * An address as it may be shown: without user and password, and without its path, which is what a
 * webhook's sender must know. Addresses that are wrong are shown the same way; a mail address and a
 * host's name are as they are.
 */
export function shownAddress(text: string): string {
  const [, scheme, slashes, host] =
    /^([a-z][a-z0-9+.-]*:)(\/\/)?(?:[^/?#]*@)?([^/?#]*)/i.exec(text) ?? [];
  if (scheme !== undefined) return slashes === undefined ? `${scheme}…` : `${scheme}//${host}/…`;
  const end = text.search(/[/?#]/);
  return end < 0 ? text : `${text.slice(0, end)}/…`;
}
