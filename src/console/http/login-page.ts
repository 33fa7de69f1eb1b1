import { everywhere, pagePolicy } from "./security-headers.ts";

/** Where people enter their token: a form without script, so that it works before anything else. */
export function loginPage(problem: string | undefined, status: number): Response {
  const why = problem === undefined ? "" : `<p role="alert"><strong>${problem}</strong></p>`;
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Esteira</title>
<h1>Esteira</h1>
${why}
<form method="post" action="/login">
<p><label for="token">Your token</label><br><input id="token" name="token" type="password" autocomplete="current-password" required autofocus size="50"></p>
<p><button>Open the console</button></p>
</form>
<p>Who runs the console makes one with <code>esteira console token add NAME</code>.</p>
</html>
`;
  return new Response(page, {
    status,
    headers: {
      ...everywhere,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": pagePolicy,
    },
  });
}
