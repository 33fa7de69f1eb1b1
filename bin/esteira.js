#!/usr/bin/env node
/*
 * Checks the version of Node before anything else is read. Written in syntax that every Node reads,
 * so that an old one says what is missing; what needs a newer syntax is in start.js.
 */
"use strict";

var needed = [22, 18];
var found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    "esteira needs Node " +
      needed.join(".") +
      " or newer and this is Node " +
      process.versions.node +
      ": install one beside your project with `npm i -D node@24` (then `npx esteira`), or with `nvm install 24`.\n",
  );
  process.exit(1);
} else {
  require("./start.js");
}
