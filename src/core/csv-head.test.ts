import { expect, test } from "vitest";

import { csvHead } from "./csv-head.ts";

const most = { rows: 2, columns: 3 };

test("quotes hold delimiters, breaks and quotes", () => {
  expect(csvHead('a,b\r\n"x, y","say ""hi""\nthere"\r\n', true, most)).toEqual({
    columns: ["a", "b"],
    rows: [["x, y", 'say "hi"\nthere']],
    more: false,
  });
});

test("the delimiter is what the first line has most of", () => {
  expect(csvHead("a;b;c\n1,5;2;3", true, most)).toEqual({
    columns: ["a", "b", "c"],
    rows: [["1,5", "2", "3"]],
    more: false,
  });
});

test("only the head is read, and a line that was cut off is none", () => {
  expect(csvHead("a,b\n1,2\n3,4\n5,6\n", true, most)).toMatchObject({
    rows: [
      ["1", "2"],
      ["3", "4"],
    ],
    more: true,
  });
  expect(csvHead("a,b\n1,2\n3", false, most)).toMatchObject({ rows: [["1", "2"]], more: true });
  expect(csvHead("a,b,c,d\n", true, most)).toMatchObject({ columns: ["a", "b", "c"], more: true });
});

test("whatever it is, there is an answer", () => {
  for (const text of ["", "\n", '"', '"a', "\uFEFFa,b", ",,,", "a\u0000b"]) {
    expect(csvHead(text, true, most).columns.length).toBeGreaterThanOrEqual(0);
  }
  expect(csvHead("\uFEFFa,b\n", true, most).columns).toEqual(["a", "b"]);
});
