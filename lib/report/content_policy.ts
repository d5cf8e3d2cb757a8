import { createHash } from "node:crypto";

/**
 * The Content-Security-Policy of a page that needs no network and must have none: only the given scripts run, and modules
 * that the page itself holds as `data:` URLs.
 *
 * @param scripts The texts of the page's script elements, as they stand in it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contentPolicy } from "#lib/report/content_policy.ts";
 * assert.match(contentPolicy(["let a"]), /^default-src 'none'; script-src 'sha256-[\w+/]{43}=' data:;/);
 * ```
 */
export function contentPolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(" ")} data:`,
    // Plotly writes style attributes.
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "media-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
