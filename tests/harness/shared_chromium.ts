/** One Chromium for the tests of a group: to start it takes more than most of them do. */
import { afterAll } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type PageOptions, withPage } from "#lib/plots/chromium.ts";

let opened: Promise<{ readonly browser: Browser; readonly close: () => Promise<void> }> | undefined;

function open(): NonNullable<typeof opened> {
  return new Promise((resolve, reject) => {
    const ended: Promise<void> = withPage(async (page, browser) => {
      await page.close();
      await new Promise<void>((end) =>
        resolve({
          browser,
          close: () => {
            end();
            return ended;
          },
        })
      );
    });
    ended.catch(reject);
  });
}

/** Says in a group of tests that its pages share a browser, which is closed behind the last of them. */
export function sharesChromium(): void {
  afterAll(async () => {
    const last = opened;
    opened = undefined;
    await (await last)?.close();
  });
}

/**
 * Hands a blank page to `use`, as {@linkcode withPage} does, in the browser that the group shares. Cookies, storage and what else a
 * page leaves go with it.
 */
export async function withSharedPage<T>(
  use: (page: Page, browser: Browser) => Promise<T>,
  options: PageOptions & { readonly javaScriptEnabled?: boolean } = {},
): Promise<T> {
  const { browser } = await (opened ??= open());
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1024, height: 768 },
    deviceScaleFactor: options.scale ?? 1,
    colorScheme: options.theme ?? "light",
    javaScriptEnabled: options.javaScriptEnabled,
  });
  try {
    return await use(await context.newPage(), browser);
  } finally {
    await context.close();
  }
}
