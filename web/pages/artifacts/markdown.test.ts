import { expect, test } from "vitest";

import { blocksOf } from "./markdown.tsx";

test("the blocks of a report", () => {
  const text = [
    "# Report of *recsys*",
    "",
    "Two lines",
    "of a paragraph",
    "- one",
    "- two",
    "  continues",
    "",
    "1. first",
    "",
    "| a | b |",
    "|---|:-:|",
    "| 1 | 2 |",
    "",
    "> said",
    "> so",
    "",
    "---",
    "```sql",
    "select 1 -- # not a heading",
    "```",
  ].join("\n");
  expect(blocksOf(text)).toEqual([
    { kind: "heading", level: 1, text: "Report of *recsys*" },
    { kind: "paragraph", text: "Two lines of a paragraph" },
    { kind: "list", ordered: false, items: ["one", "two continues"] },
    { kind: "list", ordered: true, items: ["first"] },
    { kind: "table", head: ["a", "b"], rows: [["1", "2"]] },
    { kind: "quote", text: "said so" },
    { kind: "rule" },
    { kind: "code", text: "select 1 -- # not a heading" },
  ]);
});

test("a fence that is never closed ends with the text", () => {
  expect(blocksOf("```\nhalf")).toEqual([{ kind: "code", text: "half" }]);
});

test("a megabyte of marks is read in a moment", () => {
  expect(blocksOf("- ".repeat(500_000))).toHaveLength(1);
  expect(blocksOf("*_[`|".repeat(200_000))).toHaveLength(1);
});
