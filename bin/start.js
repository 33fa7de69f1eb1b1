"use strict";

const fs = require("node:fs");
const nodeModule = require("node:module");
const os = require("node:os");
const path = require("node:path");
const url = require("node:url");

const words = process.argv.slice(2);
const asksVersion = words.length === 1 && ["--version", "-v"].includes(words[0]);
if (!asksVersion || !printVersion()) startProgram();

/**
 * Prints the version without loading the program.
 *
 * @returns false where that fails: the program knows what to say of an output that can't be written
 */
function printVersion() {
  try {
    fs.writeSync(1, `${require("../package.json").version}\n`);
    return true;
  } catch {
    return false;
  }
}

function startProgram() {
  // Compiled code is kept between starts: about half of the time to the first line of output. In a
  // folder of the user's, because what is in it is run: Node's own choice is in a folder that all
  // users share. Where it can't be written, Node compiles as always.
  const compiled = process.env["NODE_COMPILE_CACHE"] || path.join(caches(), "esteira", "compiled");
  nodeModule.enableCompileCache(compiled);

  // Node announces on stderr that it calls these two experimental; everything else that it has to
  // say comes through.
  const announced = /^(SQLite|Type Stripping) is an experimental feature/;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = function (warning, ...rest) {
    if (announced.test(String(warning?.message ?? warning))) return;
    emitWarning(warning, ...rest);
  };

  // A checkout runs its sources, so that a build of before is never run in their place; what is
  // shipped has dist/ and no sources. With the cache both start equally fast.
  const sources = path.join(__dirname, "..", "src", "main.ts");
  const entry = fs.existsSync(sources) ? sources : path.join(__dirname, "..", "dist", "main.mjs");
  import(url.pathToFileURL(entry).href)
    .then((main) => main.start())
    .catch((error) => {
      // Nothing of ours could be loaded: the installation is incomplete.
      process.stderr.write(
        `internal error: ${error.message}; install esteira again, or report it\n`,
      );
      process.exit(70);
    });
}

function caches() {
  try {
    return process.env["XDG_CACHE_HOME"] || path.join(os.homedir(), ".cache");
  } catch {
    return "/.cache"; // a user id without an entry, as in some containers
  }
}
