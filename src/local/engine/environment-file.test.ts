import { expect, test } from "vitest";

import { err, ok } from "../../core/result.ts";
import { parseEnvironmentFile } from "./environment-file.ts";

const read = (text: string): unknown => {
  const values = parseEnvironmentFile(text);
  return values.ok ? Object.fromEntries(values.value) : values.error;
};

test("lines end at a line feed, with or without a carriage return before it, and nowhere else", () => {
  expect(read("A=1\r\nB=2\n")).toEqual({ A: "1", B: "2" });
  expect(read("A=x\u2028y\nB='z'\u2029\n")).toEqual({ A: "x\u2028y", B: "z" });
  expect(read("\r\r\r")).toEqual({});
  expect(read("A=1\r\r\nB='2'\r")).toEqual({ A: "1", B: "2" });
});

test.each(["A=1\rB=2", "A=1\r\r\rB=2\n", "# a\rA=1"])(
  "lines that only a carriage return ends are refused: %j",
  (text) => {
    expect(parseEnvironmentFile(`# first\n${text}`)).toEqual(
      err(
        "line 2: it has a carriage return without a line feed; write each variable on its own line",
      ),
    );
  },
);

test("a value of a megabyte is read", () => {
  const long = "x".repeat(2 ** 20);
  for (const quote of ['"', "'", "`", ""]) {
    expect(parseEnvironmentFile(`A=${quote}${long}${quote}`)).toEqual(ok(new Map([["A", long]])));
  }
});
