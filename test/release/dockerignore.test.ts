import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";
import { readSourceTree } from "../../src/release/source.ts";
import { describeWith } from "../rig/parts.ts";
import { dockerClient } from "./docker-context.ts";

const files = [
  ..."a b a.md a.b README.md a.pyc aXb acb bar Foo foox c++ (x) a|b $v #hash foo* {a,b} [z x]y".split(
    " ",
  ),
  ..."d/a.pyc d/a.md d/e/x d/e/y.log docs/a.md docs/b.md docs/q/x dir/a x/dir/a keep/b".split(" "),
  ..."steps/x.py steps/d/e node_modules/a x/node_modules/a/b data/keep/me data/drop".split(" "),
  "a b",
];

const patterns = [
  "*\n!keep\n!steps/**",
  "dir/",
  "/d\n./x",
  "**/*.pyc",
  "*.md\n!README.md",
  "a?b\n[x-z]q\n[^a]\n",
  "# c\n  a  \n\\#hash\n#not",
  "\uFEFFb",
  "docs/*.md\n!docs/a.md\ndocs/**/x",
  "foo/../bar\n../x\nd//a.md",
  "a\n!a/b",
  "foo\\*",
  "**/node_modules",
  "**\n!d/a.md",
  "!b\nb",
  "b\n! b",
  "c++\n(x)\n{a,b}\na|b\n$v\na.b",
  "a b\r\nb\r\n",
  "d/**",
  "d/**/y.log",
  "**/*\n!steps/**\n!d/e",
  "**a",
  "**.md",
  "**a.md",
  "**[a]",
  "**a*",
  "**e/x",
  "a**b",
  "d**",
  "d/**e",
  "d/e/**\n!d/e/x",
  "*/a",
  "*/*/x",
  "data\n!data/keep",
  "d\n!d/e/**\nd/e/y*",
  "?",
  "[a-b]",
  "\\[z",
  "x]y",
  "..",
  "/",
  "**/",
  "***",
  "x/dir/..",
  "!",
  "[",
  "[z-a]",
  "a\\",
];

describeWith(
  await dockerClient(),
  "what .dockerignore leaves out, Docker's client leaves out",
  (client) => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "esteira-ignore-"));
      for (const file of ["Dockerfile", ...files]) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), file === "Dockerfile" ? "FROM scratch\n" : "x");
      }
    });
    afterEach(() => rm(folder, { recursive: true }));

    test.each(patterns)("%j", async (pattern) => {
      await writeFile(join(folder, ".dockerignore"), pattern);
      const tree = await readSourceTree(folder);
      const own = tree.ok ? tree.value.entries.map(({ path }) => path) : undefined;
      expect(own?.toSorted()).toEqual(await client().context(folder));
    });
  },
);
