/** What somebody looks at. */
export type Topic =
  | { readonly kind: "fleet"; readonly env: string }
  | { readonly kind: "run" | "log"; readonly env: string; readonly run: string }
  | { readonly kind: "operation"; readonly id: string };

const name = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";
const form = new RegExp(`^(?:fleet:(${name})|(run|log):(${name})/(${name})|operation:(${name}))$`);

/** Topics of one stream at most. */
export const mostTopics = 50;

/** `run:prd/recsys-1`; undefined for what is none. */
export function parseTopic(text: string): Topic | undefined {
  const [found, fleet, kind, env, run, operation] = form.exec(text) ?? [];
  if (found === undefined) return undefined;
  if (fleet !== undefined) return { kind: "fleet", env: fleet };
  if (operation !== undefined) return { kind: "operation", id: operation };
  if (env === undefined || run === undefined) return undefined;
  return { kind: kind === "log" ? "log" : "run", env, run };
}
