import fc from "fast-check";
import { expect, test } from "vitest";

import { threadMs } from "../core/fixtures/thread-time.ts";
import { parseDockerignore } from "./dockerignore.ts";
import { parseGlob } from "./glob.ts";

function rules(text: string) {
  const parsed = parseDockerignore(text);
  if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.text}`);
  return parsed.value;
}

test.each<[string, string[], string[]]>([
  // patterns, ignored, kept
  ["*\n!keep\n!steps/**", ["a", "a/keep"], ["keep", "keep/b", "steps/x.py", "steps/d/e"]],
  ["dir/", ["dir", "dir/a", "dir/a/b"], ["x/dir/a", "dirs"]],
  ["/abs\n./rel", ["abs", "rel/a"], ["x/abs"]],
  ["**/*.pyc", ["a.pyc", "x/y/a.pyc"], ["a.py", "apyc"]],
  ["*.md\n!README.md", ["a.md"], ["README.md", "d/a.md"]],
  ["a?b\n[x-z]q\n[^a]r", ["acb", "xq", "br"], ["a/b", "aq", "ar", "accb"]],
  ["# comment\n  spaced  \n\\#hash\n#not", ["spaced", "#hash"], ["#not", "# comment"]],
  ["\uFEFFmarked", ["marked"], ["\uFEFFmarked"]],
  ["docs/*.md\n!docs/a.md\ndocs/**/x", ["docs/b.md", "docs/x", "docs/q/x"], ["docs/a.md"]],
  ["foo/../bar\na//b\n../x", ["bar", "a/b"], ["foo", "x"]],
  ["Foo", ["Foo"], ["foo"]],
  ["a\n!a/b\na/b/c", ["a/x", "a/b/c", "a/b/c/d"], ["a/b", "a/b/d"]],
  ["foo\\*\nx\\d", ["foo*", "xd"], ["foox", "x1"]],
  ["**/node_modules", ["node_modules/a", "x/node_modules/a"], ["node_modules.txt"]],
  ["**\n!a/b.txt", ["a/c", "b.txt"], ["a/b.txt"]],
  ["!x\nx", ["x"], ["y"]],
  ["x\n! x", [], ["x"]],
  [
    "c++\n(x)\n{a,b}\na|b\n$v\na.b",
    ["c++", "(x)", "{a,b}", "a|b", "$v", "a.b"],
    ["cc", "x", "acb"],
  ],
  ["a b\r\nc\r\n", ["a b", "c"], ["a"]],
  ["**.md\n**cache", ["a.md", "d/a.md", "my.cache/x"], ["a.mdx", "cached"]],
  ["*\n!**/a", ["b", "d/b"], ["a", "d/a"]],
  ["", [], ["anything", "constructor"]],
  ["dados/índice*", ["dados/índice.csv"], ["dados/indice.csv"]],
])("%j", (text, ignored, kept) => {
  const { ignores } = rules(text);
  expect(ignored.filter((path) => !ignores(path))).toEqual([]);
  expect(kept.filter((path) => ignores(path))).toEqual([]);
});

test("a folder is passed over only when nothing in it is asked for", () => {
  const { ignoresAllBelow } = rules("data\nmodels\n**/cache\n!data/sample.csv\n!models/**/*.json");
  expect(ignoresAllBelow("data")).toBe(false);
  expect(ignoresAllBelow("data/2025")).toBe(true);
  expect(ignoresAllBelow("models/a/b")).toBe(false);
  expect(ignoresAllBelow("src/cache")).toBe(true);
  expect(ignoresAllBelow("src")).toBe(false);
});

test.each([
  ["ok\n[", 2, "["],
  ["# c\n\n!", 3, "!"],
  ["[z-a]", 1, "[z-a]"],
  ["a\\", 1, "a\\"],
])("%j can't be read", (text, line, pattern) => {
  expect(parseDockerignore(text)).toEqual({ ok: false, error: { line, text: pattern } });
});

test.each([
  "**/".repeat(14) + "x",
  "*a".repeat(14) + "b",
  "**/*".repeat(30) + "b",
  "[a-z]*".repeat(40),
])("many wildcards (%s) are matched in no time", (pattern) => {
  const { ignores } = rules(pattern);
  const deep = "a/".repeat(60) + "a".repeat(2000);
  const start = threadMs();
  ignores(deep);
  ignores("a".repeat(4000));
  expect(threadMs() - start).toBeLessThan(500);
});

test("a pattern means what its regular expression says, of a size at which that can be asked", () => {
  const sign = fc.constantFrom("*", "**", "**/", "?", "/", "a", "b", ".", "[ab]", "[^a]", "\\*");
  const path = fc.stringMatching(/^[ab.]{1,3}(\/[ab.]{1,3}){0,3}$/);
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 6 }), path, (signs, text) => {
      const pattern = signs.join("");
      expect(parseGlob(pattern)?.(text)).toBe(asRegExp(pattern)?.test(text));
    }),
    { numRuns: 2000 },
  );
});

/** How Docker puts it; of many wildcards it takes for ever. */
function asRegExp(pattern: string): RegExp | undefined {
  let source = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (inClass) {
      if (char === "]") inClass = false;
      source += char === "[" ? "\\[" : char;
    } else if (char === "*" && pattern[at + 1] === "*") {
      if (at === 0 && /^\*\*[^/*?[\]\\]/.test(pattern) && !/[*?[\]\\]/.test(pattern.slice(2))) {
        source += ".*"; // Docker takes "**.log" for an ending, wherever the folders' names break
        at += 1;
        continue;
      }
      at += pattern[at + 2] === "/" ? 2 : 1;
      source += at + 1 >= pattern.length ? ".*" : "(.*/)?";
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      inClass = true;
      source += char;
    } else if (char === "\\") {
      at += 1;
      const escaped = pattern[at];
      if (escaped === undefined) return undefined;
      source += literal(escaped);
    } else source += literal(char);
  }
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    return undefined; // an unfinished "[", a range that runs backwards
  }
}
function literal(char: string): string {
  return /[\w\s]/.test(char) || char > "\x7F" ? char : `\\${char}`;
}

test("a pattern with a long name is read in a time that grows with its length", () => {
  const rules = parseDockerignore(`*${"a".repeat(200_000)}/b`);
  expect(rules.ok && rules.value.ignores("steps/a.py")).toBe(false);
});
