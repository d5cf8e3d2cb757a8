/** Text that is HTML already: what {@linkcode markup} gives and takes without escaping. */
export class Markup {
  /** The HTML. */
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** The HTML, so that it can stand in a template. */
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template of {@linkcode markup}; `undefined`, `null` and `false` stand for nothing. */
export type MarkupValue = string | number | Markup | undefined | null | false | readonly MarkupValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function written(value: MarkupValue): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return `${value}`.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/**
 * A template of HTML in which every value is escaped, as text and as a quoted attribute alike, unless it is
 * {@linkcode Markup} already. Lists are joined.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markup } from "#lib/report/markup.ts";
 * const names = ["Ann & Bob", "<script>"];
 * const list = markup`<ul title="${'"x"'}">${names.map((name) => markup`<li>${name}</li>`)}</ul>`;
 * assert.equal(
 *   list.text,
 *   '<ul title="&quot;x&quot;"><li>Ann &amp; Bob</li><li>&lt;script&gt;</li></ul>',
 * );
 * ```
 */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + written(values[i - 1]) + part));
}

/**
 * Data as JSON that can stand in a `<script type="application/json">`: nothing in it ends the element, opens a comment or
 * breaks a line of JavaScript.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { embedJson } from "#lib/report/markup.ts";
 * const { text } = embedJson({ name: "</script><!--\u2028" });
 * assert.equal(text, '{"name":"\\u003c/script\\u003e\\u003c!--\\u2028"}');
 * assert.deepEqual(JSON.parse(text), { name: "</script><!--\u2028" });
 * ```
 */
export function embedJson(value: unknown): Markup {
  const escaped = JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Markup(escaped);
}
