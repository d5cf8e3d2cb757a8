import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadPackage } from "#lib/places/load_package.ts";
import audible from "#lib/report/client/audible.js" with { type: "text" };
import clockTime from "#lib/report/client/clock_time.js" with { type: "text" };
import gestures from "#lib/report/client/gestures.js" with { type: "text" };
import hearButton from "#lib/report/client/hear_button.js" with { type: "text" };
import lanes from "#lib/report/client/lanes.js" with { type: "text" };
import liveFigures from "#lib/report/client/live_figures.js" with { type: "text" };
import main from "#lib/report/client/main.js" with { type: "text" };
import nowPlaying from "#lib/report/client/now_playing.js" with { type: "text" };
import pageData from "#lib/report/client/page_data.js" with { type: "text" };
import player from "#lib/report/client/player.js" with { type: "text" };
import theme from "#lib/report/client/theme.js" with { type: "text" };
import turnList from "#lib/report/client/turn_list.js" with { type: "text" };
import view from "#lib/report/client/view.js" with { type: "text" };
import voices from "#lib/report/client/voices.js" with { type: "text" };
import wave from "#lib/report/client/wave.js" with { type: "text" };
import widget from "#lib/report/client/widget.js" with { type: "text" };

const PLOTLY = "plotly.js-cartesian-dist-min";
const CLIENT = "#lib/report/client";

/** The page's own modules, by the names under which they import each other. */
const MODULES: Readonly<Record<string, string>> = {
  [`${CLIENT}/audible.js`]: audible,
  [`${CLIENT}/clock_time.js`]: clockTime,
  [`${CLIENT}/gestures.js`]: gestures,
  [`${CLIENT}/hear_button.js`]: hearButton,
  [`${CLIENT}/lanes.js`]: lanes,
  [`${CLIENT}/live_figures.js`]: liveFigures,
  [`${CLIENT}/main.js`]: main,
  [`${CLIENT}/now_playing.js`]: nowPlaying,
  [`${CLIENT}/page_data.js`]: pageData,
  [`${CLIENT}/player.js`]: player,
  [`${CLIENT}/theme.js`]: theme,
  [`${CLIENT}/turn_list.js`]: turnList,
  [`${CLIENT}/view.js`]: view,
  [`${CLIENT}/voices.js`]: voices,
  [`${CLIENT}/wave.js`]: wave,
  [`${CLIENT}/widget.js`]: widget,
};

/** An entry of the page's own code with all that it needs. */
export interface ClientModules {
  /** JSON: each module's name and its code as a `data:` URL, so that the modules are real ones without a network. */
  readonly importMap: string;
  /** The script that starts it all. */
  readonly entry: string;
}

/** The page's scripts. */
export interface ClientCode extends ClientModules {
  /** Plotly, a classic script. */
  readonly plotly: string;
  /** The licences that must go along with what the page takes along. */
  readonly licences: string;
}

/**
 * The code that a page takes along: its own modules, and Plotly.
 *
 * @throws {MissingPackageError} when Plotly is not installed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadClientCode } from "#lib/report/client_code.ts";
 * const { importMap, plotly } = await loadClientCode();
 * assert("#lib/report/client/main.js" in JSON.parse(importMap).imports);
 * assert.match(plotly, /plotly\.js/);
 * ```
 */
export async function loadClientCode(): Promise<ClientCode> {
  const plotlyFile = await loadPackage(PLOTLY, {
    purpose: "A page",
    load: () => createRequire(import.meta.url).resolve(PLOTLY),
  });
  const [plotly, licence] = await Promise.all(
    [plotlyFile, join(dirname(plotlyFile), "LICENSE")].map((file) => readFile(file, "utf8")),
  );
  return {
    ...clientModules("main"),
    // The one sequence of characters that would end the element early.
    plotly: plotly.replaceAll("</script", "<\\/script"),
    licences: `plotly.js\n${licence}`.replaceAll("--", "- -"),
  };
}

/**
 * The modules of one entry: `main` brings a report page to life, `widget` a player in a frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientModules } from "#lib/report/client_code.ts";
 * const { importMap, entry } = clientModules("widget");
 * assert.equal(entry, 'import "#lib/report/client/widget.js";');
 * assert(!("#lib/report/client/live_figures.js" in JSON.parse(importMap).imports));
 * ```
 */
export function clientModules(entry: "main" | "widget"): ClientModules {
  const needed = new Set<string>();
  const visit = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, other] of MODULES[name].matchAll(/^import .*? from "([^"]+)";$/gm)) visit(other);
  };
  visit(`${CLIENT}/${entry}.js`);
  const imports = Object.fromEntries([...needed].sort().map((name) => [name, asUrl(MODULES[name])]));
  return { importMap: JSON.stringify({ imports }), entry: `import "${CLIENT}/${entry}.js";` };
}

function asUrl(code: string): string {
  return `data:text/javascript;charset=utf-8;base64,${Buffer.from(code).toString("base64")}`;
}
