import { expect, test } from "vitest";

import { addressOf, routeOf } from "./addresses.ts";

test.each([
  addressOf.fleet("prd"),
  addressOf.tonight("prd"),
  addressOf.plan("prd"),
  addressOf.audit("prd"),
  addressOf.project("prd", "recsys"),
  addressOf.project("prd", "recsys", "releases"),
  addressOf.run("prd", "recsys-1"),
  addressOf.run("prd", "recsys-1", "log"),
  addressOf.run("prd", "recsys-1", "artifacts"),
])("%s is the address of a page", (address) => {
  expect(routeOf(address)?.environment).toBe("prd");
});

test("names are read as they were written", () => {
  expect(routeOf(addressOf.project("a/b", "50 % of it", "runs"))).toEqual({
    page: "project",
    environment: "a/b",
    project: "50 % of it",
    run: undefined,
    part: "runs",
  });
  expect(routeOf("/e/%zz")?.environment).toBe("%zz");
});

test.each(["/", "/e", "/e/prd/other", "/e/prd/projects/a/other", "/assets/x.js"])(
  "%s is none",
  (path) => {
    expect(routeOf(path)).toBeUndefined();
  },
);
