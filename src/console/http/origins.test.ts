import { expect, test } from "vitest";

import { isLoopback, originsOf } from "./origins.ts";

test("on this machine its names count, with the port, and no others", () => {
  const { isHost, isOrigin } = originsOf({ address: "127.0.0.1", port: 7300 }, undefined);
  expect(["localhost:7300", "127.0.0.1:7300", "[::1]:7300"].every(isHost)).toBe(true);
  const others = [
    "localhost",
    "localhost:7301",
    "evil.example:7300",
    "10.0.0.5:7300",
    "",
    undefined,
  ];
  expect(others.filter(isHost)).toEqual([]);
  expect(isOrigin("http://localhost:7300")).toBe(true);
  const elsewhere = ["https://localhost:7300", "http://evil.example", "null", undefined];
  expect(elsewhere.filter(isOrigin)).toEqual([]);
});

test("behind a proxy what people type counts too", () => {
  const { isHost, isOrigin } = originsOf(
    { address: "127.0.0.1", port: 7300 },
    "https://esteira.acme.com",
  );
  expect([isHost("esteira.acme.com"), isOrigin("https://esteira.acme.com")]).toEqual([true, true]);
  expect(isOrigin("http://esteira.acme.com")).toBe(false);
});

test("on all addresses numbers count, which nobody can make lead elsewhere, and names don't", () => {
  const { isHost, isOrigin } = originsOf({ address: "0.0.0.0", port: 7300 }, undefined);
  expect(["10.0.0.5:7300", "[fe80::1]:7300"].every(isHost)).toBe(true);
  expect(isOrigin("http://10.0.0.5:7300")).toBe(true);
  expect(["10.0.0.5:80", "evil.example:7300", "10.0.0.5.evil.example:7300"].filter(isHost)).toEqual(
    [],
  );
});

test("loopback addresses are those of this machine alone", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "10.0.0.5", "127.0.0.1.evil.example", "::"].some(isLoopback)).toBe(false);
});
