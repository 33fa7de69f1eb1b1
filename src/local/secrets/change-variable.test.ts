import fc from "fast-check";
import { expect, test } from "vitest";

import { ok, err } from "../../core/result.ts";
import { parseEnvironmentFile } from "../engine/environment-file.ts";
import { changeVariable } from "./change-variable.ts";

const before = `# the warehouse
export USER = ana # hers
KEY="-----BEGIN
x
-----END"

PASSWORD='old'
`;

test("a value takes the place of the one before, and nothing else changes", () => {
  expect(changeVariable(before, "PASSWORD", "new-1.2")).toEqual(
    ok(before.replace("PASSWORD='old'", "PASSWORD=new-1.2")),
  );
  expect(changeVariable(before, "KEY", "a b")).toEqual(
    ok(before.replace(/KEY="[^]*END"/, 'KEY="a b"')),
  );
  expect(changeVariable(before, "TOKEN", 'x"y\nz\\')).toEqual(
    ok(`${before}TOKEN="x\\"y\\nz\\\\"\n`),
  );
  expect(changeVariable("", "TOKEN", "x")).toEqual(ok("TOKEN=x\n"));
  expect(changeVariable("A=1", "TOKEN", "")).toEqual(ok('A=1\nTOKEN=""\n'));
});

test("a value that is taken out is gone, however often it was there", () => {
  expect(changeVariable(before, "PASSWORD", undefined)).toEqual(
    ok(before.replace("PASSWORD='old'\n", "")),
  );
  expect(changeVariable("A=1\nB=2\nA=3", "A", undefined)).toEqual(ok("B=2\n"));
  expect(changeVariable("A=1\nB=2\nA=3", "A", "4")).toEqual(ok("A=4\nB=2\n"));
  expect(changeVariable("B=2\n", "A", undefined)).toEqual(ok("B=2\n"));
});

test("a file that can't be read isn't changed", () => {
  expect(changeVariable("A=1\nB: 2\n", "A", "3")).toEqual(
    err("line 2: it is not NAME=value; a value of several lines needs quotes around it"),
  );
});

test("whatever is set is read back", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("'", '"', "`", "\\", "\n", "\r", "\t", " ", "#", "$", "n") }),
  );
  fc.assert(
    fc.property(text, text, (first, second) => {
      const one = changeVariable(before, "TOKEN", first);
      const two = one.ok ? changeVariable(one.value, "OTHER", second) : one;
      const read = parseEnvironmentFile(two.ok ? two.value : "");
      const values = read.ok ? Object.fromEntries(read.value) : {};
      expect(values).toEqual({
        USER: "ana",
        KEY: "-----BEGIN\nx\n-----END",
        PASSWORD: "old",
        TOKEN: first,
        OTHER: second,
      });
    }),
  );
});
