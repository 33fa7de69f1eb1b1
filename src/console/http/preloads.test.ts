import { expect, test } from "vitest";

import { preloadLinks } from "./preloads.ts";

/** Addresses below `/api/v1` that a page's answer names. */
const named = (path: string): string[] =>
  [
    ...(preloadLinks(path, "local") ?? "").matchAll(/<\/api\/v1([^>]+)>; rel=preload; as=fetch/g),
  ].map(([, address = ""]) => address);

test("a page is sent with what it will ask for", () => {
  expect(named("/")).toEqual(["/session", "/environments/local/fleet"]);
  expect(named("/e/prd")).toEqual(["/session", "/environments/prd/fleet"]);
  expect(named("/e/prd/tonight")).toEqual(["/session", "/environments/prd/tonight"]);
  expect(named("/e/prd/plan")).toEqual(["/session", "/environments/prd/fleet"]);
  expect(named("/e/prd/projects/recsys")).toEqual([
    "/session",
    "/environments/prd/projects/recsys",
  ]);
  expect(named("/e/prd/projects/recsys/runs")).toEqual([
    "/session",
    "/environments/prd/projects/recsys",
  ]);
  expect(named("/e/prd/runs/recsys-1/log")).toEqual([
    "/session",
    "/environments/prd/runs/recsys-1",
  ]);
});

test("nothing that could be another header or another address is in it", () => {
  const hostile = [
    "/e/%0d%0aset-cookie:x",
    "/e/a>;rel=stylesheet",
    "/e/..",
    "/e/prd/projects/..%2f..",
    "/e/prd/runs/a b",
    "/e//fleet",
    "/login",
    "/e/prd/runs/recsys-1/artifacts",
    "/e/prd/audit",
  ];
  expect(hostile.map((path) => preloadLinks(path, "local"))).toEqual(hostile.map(() => undefined));
});
