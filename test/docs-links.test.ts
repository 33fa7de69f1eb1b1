import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = listed("*.md");

/** Files of the repository, by their path from its root. */
function listed(pattern: string): readonly string[] {
  return execFileSync("git", ["ls-files", "--", pattern], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)));
}

/** The text without its code: what looks like a link there is none. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), "utf8")
    .replaceAll(/^ *```[^]*?^ *```/gm, "")
    .replaceAll(/`[^`\n]*`/g, (code) => `\`${"x".repeat(code.length - 2)}\``);
}

/** What its links point to: `[text](here)`, with or without a title. */
function targetsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(
    ([, target = ""]) => target,
  );
}

/** The names of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(join(root, page), "utf8")
    .replaceAll(/^ *```[^]*?^ *```/gm, "")
    .matchAll(/^#+ +(.+?) *$/gm);
  return [...headings].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("%s: every link leads somewhere", (page) => {
  const broken = targetsOf(page)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [path = "", anchor] = decodeURI(target).split("#");
      const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
      const name = relative(root, file);
      if (name.startsWith("..") || !existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(name).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test("every page under docs/ can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const target of targetsOf(page)) {
      const file = relative(root, resolve(root, dirname(page), target.split("#")[0] ?? ""));
      if (pages.includes(file)) reached.add(file);
    }
  }
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

test("the index of decisions has every decision, by its number and title's page", () => {
  const decisions = pages
    .filter((page) => /^docs\/decisions\/\d/.test(page))
    .map((page) => page.replace("docs/decisions/", ""));
  const index = targetsOf("docs/decisions/README.md");
  expect(index).toEqual(decisions.toSorted());
  for (const page of decisions) {
    const [title] = readFileSync(join(root, "docs/decisions", page), "utf8").split("\n");
    expect(title).toMatch(new RegExp(`^# ${page.slice(0, 4)} — .+`));
  }
});

test("both READMEs show the same commands, files and pages, each in its language", () => {
  const inPortuguese = (target: string): string => {
    const translated = join(dirname(target), "pt-BR", basename(target));
    return pages.includes(translated) ? translated : target;
  };
  const shown = (page: string, linked = (target: string) => target) => {
    const text = readFileSync(join(root, page), "utf8");
    return {
      commands: [...text.matchAll(/^(?:esteira|make|npm|alias) [^#\n]*/gm)].map(([line]) =>
        line.trim().replace("demanda", "demand"),
      ),
      pages: targetsOf(page)
        .filter((target) => !target.startsWith("README"))
        .map(linked),
      headings: [...text.matchAll(/^#+ /gm)].length,
    };
  };
  expect(shown("README.pt-BR.md")).toEqual(shown("README.md", inPortuguese));
});
