import { existsSync } from "node:fs";
import process from "node:process";
import type { Browser, Page } from "playwright-core";
import { loadPackage } from "#lib/places/load_package.ts";

/** Where a browser is looked for, in this order; after `DIALAB_CHROMIUM`. */
const KNOWN = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Quiet: nothing is fetched, updated or asked, whatever the page does. */
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

/** No browser is on this machine, or it cannot be run. */
export class ChromiumError extends Error {
  override name = "ChromiumError";
}

/** A page and how it is opened. */
export interface PageOptions {
  /** CSS pixels. @default 1024 x 768 */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Pixels for each CSS pixel. @default 1 */
  readonly scale?: number;
  /** What `prefers-color-scheme` tells the page. @default "light" */
  readonly theme?: "light" | "dark";
}

/**
 * The path of a Chromium, Chrome or Edge: `DIALAB_CHROMIUM`, else where systems put them; undefined when there is none.
 *
 * @throws {ChromiumError} when `DIALAB_CHROMIUM` names a file that is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findChromium } from "#lib/plots/chromium.ts";
 * assert.throws(() => findChromium({ DIALAB_CHROMIUM: "/nowhere" }), /DIALAB_CHROMIUM names \/nowhere/);
 * ```
 */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const named = environment.DIALAB_CHROMIUM;
  if (!named) return KNOWN.find((path) => existsSync(path));
  if (!existsSync(named)) {
    throw new ChromiumError(
      `DIALAB_CHROMIUM names ${named}, which is not there. Set it to a browser's path.`,
    );
  }
  return named;
}

/**
 * Open headless Chromium, hand a blank page to `use`, and close all of it, whatever happens.
 *
 * @throws {ChromiumError} when no browser is found or it does not start.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findChromium, withPage } from "#lib/plots/chromium.ts";
 * if (findChromium() !== undefined) {
 *   assert.equal(await withPage((page) => page.evaluate("6 * 7")), 42);
 * }
 * ```
 */
export async function withPage<T>(
  use: (page: Page, browser: Browser) => Promise<T>,
  options: PageOptions = {},
): Promise<T> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new ChromiumError(
      "No Chromium was found. Install one (Debian: apt-get install chromium) or set DIALAB_CHROMIUM to its path.",
    );
  }
  const { chromium } = await loadPackage("playwright-core", {
    purpose: "A picture as PNG",
    load: () => import("playwright-core"),
  });
  // Chromium refuses its sandbox to root, which is whom containers run as.
  const args = process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS;
  const browser = await chromium.launch({ executablePath, args }).catch((cause: unknown) => {
    throw new ChromiumError(`${executablePath} did not start: ${String(cause).split("\n")[0]}`, { cause });
  });
  try {
    const page = await browser.newPage({
      viewport: options.viewport ?? { width: 1024, height: 768 },
      deviceScaleFactor: options.scale ?? 1,
      colorScheme: options.theme ?? "light",
    });
    return await use(page, browser);
  } finally {
    await browser.close();
  }
}
