/** How a server wants to be asked, from its header `WWW-Authenticate`. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case: `realm`, `service`, `scope`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads the header, which may hold several challenges, divided by commas as their parameters are
 * (https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate).
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const parameter = /[\s,]*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
  const scheme = /[\s,]*([\w-]+)(?=[\s,]|$)/y;
  let at = 0;
  for (;;) {
    parameter.lastIndex = at;
    const pair = parameter.exec(header);
    if (pair !== null) {
      const [, name = "", quoted, plain = ""] = pair;
      const last = challenges.at(-1);
      if (last !== undefined) {
        last.parameters[name.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
      }
      at = parameter.lastIndex;
      continue;
    }
    scheme.lastIndex = at;
    const name = scheme.exec(header)?.[1];
    if (name === undefined) return challenges;
    challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    at = scheme.lastIndex;
  }
}
