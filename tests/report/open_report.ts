/** Opens a report page in Chromium as a reader does, from a file. */
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { findChromium, type PageOptions } from "#lib/plots/chromium.ts";
import { withSharedPage } from "#tests/harness/shared_chromium.ts";

/**
 * Hands the opened page to `use`; afterwards, the console must have said nothing bad and the file itself must have been the
 * only request.
 */
export async function openReport(
  text: string,
  use: (page: Page) => Promise<void>,
  options: PageOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dialab-report-"));
  const file = join(folder, "report.html");
  const address = pathToFileURL(file).href;
  const said: string[] = [], requests: string[] = [];
  try {
    await writeFile(file, text);
    await withSharedPage(async (page) => {
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) said.push(message.text());
      });
      page.on("pageerror", (error) => said.push(`${error.stack}`));
      page.on("request", (request) => {
        if (!/^(data|blob):/.test(request.url())) requests.push(request.url().split("#")[0]);
      });
      await page.goto(address);
      await page.waitForSelector("html[data-ready]", { timeout: 20_000 });
      await use(page);
    }, options);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(said).toEqual([]);
  expect(requests).toEqual([address]);
}

/** Asks until it is so; the page's policy refuses to evaluate text, which is how Playwright would wait. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await isSo()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`It did not become so within 5 s: ${isSo}`);
}

/**
 * A test that needs Chromium: without one it is skipped and says so, but fails under `CI`. The page is the same whatever made
 * it, and opening it takes its time: Deno runs only those tests that are marked `alsoInDeno`, which show that it makes and
 * opens pages as well.
 */
export function testInChromium(
  title: string,
  body: () => Promise<void>,
  options: { readonly alsoInDeno?: boolean } = {},
): void {
  if ("Deno" in globalThis && !options.alsoInDeno) return;
  if (findChromium() !== undefined || process.env.CI) return test(title, body, 60_000);
  test.skip(`${title} (skipped: no Chromium was found; install one or set DIALAB_CHROMIUM)`, () => {});
}
