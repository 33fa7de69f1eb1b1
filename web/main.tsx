import "./base/tokens.css";
import "./base/base.css";
import "./parts/controls.css";
import { render } from "preact";

import { refreshShown } from "./api/documents.ts";
import { routeOf } from "./app/addresses.ts";
import { startClock } from "./app/clock.ts";
import { startLocation } from "./app/location.ts";
import { load, loadFirst } from "./app/pages.ts";
import { readSession } from "./app/session.ts";
import { Shell } from "./app/shell.tsx";
import { applyTheme } from "./app/theme.ts";
import { startKeys } from "./keys/keys.ts";
import { connected, startChanges } from "./live/changes.ts";
import { startPalette } from "./palette/state.ts";
import { language, showLanguage } from "./words/language.ts";

applyTheme();
showLanguage(language.value);
void readSession();
const route = routeOf(location.pathname);
void (route === undefined ? load("fleet") : loadFirst(route));
startClock();
startLocation(() => document.querySelector("main")?.focus({ preventScroll: true }));
startKeys();
startPalette();
// The page first: what has changed until the stream is open is read again then.
setTimeout(startChanges, 200);
let lost = false;
connected.subscribe((open) => {
  // What changed while the stream was away was not reported.
  if (open === true && lost) refreshShown();
  lost = open === false;
});
render(<Shell />, document.body);
