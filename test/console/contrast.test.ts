import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

const grounds = ["page", "raised", "sunken", "hover"];
const outcomes = ["ok", "fail", "warn", "run", "idle"];

/** Pairs of tokens that meet on a page, with the contrast that WCAG 2.2 AA asks of them. */
const pairs: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ...["ink", "ink-2", "ink-3", "act", ...outcomes].flatMap((ink) =>
    grounds.map((ground) => [ink, ground, 4.5] as const),
  ),
  ...outcomes.flatMap((name) =>
    [name, "ink", "ink-2"].map((ink) => [ink, `${name}-soft`, 4.5] as const),
  ),
  ...outcomes.flatMap((name) =>
    ["page", "raised", "sunken", "act-soft"].map((ground) => [`${name}-fill`, ground, 3] as const),
  ),
  ...["ink", "ink-2", "ink-3", "act", ...outcomes].map((ink) => [ink, "act-soft", 4.5] as const),
  ...["ink", "warn", "fail"].map((ink) => [ink, "mark", 4.5] as const),
  ["act", "fail-soft", 4.5],
  ["on-act", "act", 4.5],
  ["border", "page", 3],
  ["border", "raised", 3],
  ["act", "page", 3],
];

type Theme = "light" | "dark";

async function tokens(): Promise<Readonly<Record<string, Readonly<Record<Theme, string>>>>> {
  const css = await readFile(join(root, "web/base/tokens.css"), "utf8");
  const found = css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)/g);
  return Object.fromEntries(
    [...found].map(([, name = "", light = "", dark = ""]) => [name, { light, dark }]),
  );
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.each(["light", "dark"] as const)(
  "every pair of tokens has its contrast, %s",
  async (theme) => {
    const all = await tokens();
    const of = (name: string): string => {
      const token = all[name];
      if (token === undefined) throw new Error(`there is no token ${name} of two colours`);
      return token[theme];
    };
    const wanting = pairs
      .map(([ink, ground, least]) => ({ ink, ground, least, is: contrast(of(ink), of(ground)) }))
      .filter(({ least, is }) => is < least);
    expect(wanting).toEqual([]);
  },
);

test("colours are written in the tokens' sheet alone", async () => {
  const { stdout } = await execa("git", ["ls-files", "--", "web/*.css"], { cwd: root });
  const sheets = stdout.split("\n").filter((sheet) => sheet !== "web/base/tokens.css");
  for (const sheet of sheets) {
    const css = await readFile(join(root, sheet), "utf8");
    expect([sheet, css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi)]).toEqual([sheet, null]);
  }
});
