import { everywhere, pagePolicy } from "./security-headers.ts";

type Problem = "wrong" | "elsewhere" | "often";

/** The words of the page, in the language that the browser asks for. */
const words = {
  en: {
    token: "Your token",
    open: "Open the console",
    hint: "Who runs the console makes one:",
    wrong: "Nobody has this token.",
    elsewhere: "This was asked by a page of another site.",
    often: "That was tried too often. Wait a moment, and try again.",
  },
  "pt-BR": {
    token: "Seu token",
    open: "Abrir o console",
    hint: "Quem cuida do console cria um:",
    wrong: "Ninguém tem este token.",
    elsewhere: "Isto foi pedido por uma página de outro site.",
    often: "Foram tentativas demais. Espere um momento e tente de novo.",
  },
} as const;

/** Where a page is sent that nobody is signed in for; its own path comes back afterwards. */
export function loginAddress(path: string): string {
  return path === "/" ? "/login" : `/login?to=${encodeURIComponent(path)}`;
}

/** A path of this console, whatever was given: nothing that leads to another site. */
export function ownPath(given: string | undefined): string {
  const address = URL.parse(given ?? "/", "http://console");
  if (given === undefined || address?.host !== "console") return "/";
  // A path that begins with two slashes would be a host.
  return `${address.pathname}${address.search}`.replace(/^[/\\]+/, "/");
}

/**
 * Where people enter their token: a form without script, so that it works before anything else.
 *
 * @param asked `to`: the path to go to afterwards; `language`: the header `Accept-Language`
 */
export function loginPage(
  asked: { readonly to: string | undefined; readonly language: string | undefined },
  problem?: Problem,
): Response {
  const language = /^pt\b/i.test(asked.language ?? "") ? "pt-BR" : "en";
  const { token, open, hint, ...problems } = words[language];
  const why = problem === undefined ? "" : `<p role="alert">${problems[problem]}</p>`;
  const to = escaped(ownPath(asked.to));
  const page = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Esteira</title>
<link rel="stylesheet" href="/login.css">
<main>
<h1>Esteira</h1>
<form method="post" action="/login">
<input type="hidden" name="to" value="${to}">
<label for="token">${token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${why}
<button>${open}</button>
</form>
<p>${hint}<br><code>esteira console token add NAME</code></p>
</main>
</html>
`;
  const status = problem === undefined ? 200 : problem === "often" ? 429 : 403;
  return new Response(page, { status, headers: headersOf("text/html", "no-store") });
}

/** How it looks, in the sizes and colours of the other pages (`web/base/tokens.css`). */
export function loginSheet(): Response {
  return new Response(sheet, { headers: headersOf("text/css", "no-cache") });
}

const sheet = `:root { color-scheme: light dark; }
body {
  margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 24px;
  box-sizing: border-box; font: 13px/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans",
    "Liberation Sans", Arial, sans-serif;
  color: light-dark(#191c1a, #eaedea); background: light-dark(#fcfcfb, #121413);
}
main { width: min(320px, calc(100vw - 48px)); }
h1 { font-size: 20px; font-weight: 600; margin: 0 0 24px; }
form { display: grid; gap: 8px; }
label { font-weight: 500; }
input, button { font: inherit; height: 36px; border-radius: 5px; box-sizing: border-box; }
input {
  padding: 0 12px; width: 100%; color: inherit; background: light-dark(#ffffff, #191c1b);
  border: 1px solid light-dark(#868d87, #6e7570);
}
button {
  margin-top: 8px; border: 0; font-weight: 500; cursor: pointer;
  color: light-dark(#ffffff, #14172e); background: light-dark(#3f4bc4, #a9b2ff);
}
:focus-visible { outline: 2px solid light-dark(#3f4bc4, #a9b2ff); outline-offset: 2px; }
p { color: light-dark(#646b65, #8d948f); margin: 24px 0 0; }
form p { color: light-dark(#b4231c, #ff8e84); margin: 0; }
code { font: 12px/1.5 ui-monospace, "SF Mono", "Roboto Mono", "DejaVu Sans Mono", monospace; }
`;

function headersOf(type: string, cache: string): Readonly<Record<string, string>> {
  return {
    ...everywhere,
    "content-type": `${type}; charset=utf-8`,
    "cache-control": cache,
    "content-security-policy": pagePolicy,
    // Without a referrer a browser sends a form's `Origin` as null, and the token isn't taken.
    "referrer-policy": "same-origin",
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
