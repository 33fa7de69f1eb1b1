import fc from "fast-check";
import { expect, test } from "vitest";

import { loginAddress, loginPage, ownPath } from "./login-page.ts";

test("after the token comes the page that was asked for", () => {
  expect(loginAddress("/")).toBe("/login");
  const asked = "/e/prd/runs/recsys-1?t=3-9";
  const { searchParams } = new URL(loginAddress(asked), "http://x");
  expect(ownPath(searchParams.get("to") ?? undefined)).toBe(asked);
});

test.each([
  "//evil.example",
  "https://evil.example/x",
  "/\\evil.example",
  "\\\\evil.example",
  "javascript:alert(1)",
  "/\t/evil.example",
  "/x/..//evil.example",
])("%j leads to no other site", (given) => {
  expect(new URL(ownPath(given), "http://console").origin).toBe("http://console");
});

test("whatever is given, it is a path of this console", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (given) => {
      for (const to of [given, `/${given}`, `http:${given}`])
        expect(new URL(ownPath(to), "http://console").origin).toBe("http://console");
    }),
  );
});

test("the page speaks the browser's language, and what is given is text in it", async () => {
  const to = '/e/prd?q="><script>1</script>';
  const page = await loginPage({ to, language: "pt-BR,pt;q=0.9" }, "wrong").text();
  expect(page).toContain('<html lang="pt-BR">');
  expect(page).toContain('<p role="alert">Ninguém tem este token.</p>');
  expect(page).not.toContain("<script>");
});
