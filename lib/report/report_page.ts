import { type ClientCode, loadClientCode } from "./client_code.ts";
import { contentPolicy } from "./content_policy.ts";
import { fitPage } from "./fit_page.ts";
import { embedJson, Markup, markup } from "./markup.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { recordingData } from "./recording_data.ts";
import { drawFigure, type DrawnFigure } from "./render_figure.ts";
import { renderSection } from "./render_section.ts";
import type { Block, Report } from "./report.ts";

/** Settings of {@linkcode reportPage}. */
export interface ReportPageOptions {
  /** The page stays below this, in bytes: sound is left out first, then the interaction of the largest figures. @default {8e6} */
  readonly maxBytes?: number;
}

/** Set before anything is drawn, so that what is for readers without scripts never flashes up. */
const BEFORE_PAINT = 'document.documentElement.classList.add("js");';

/** Head, verdict and foot; generous. */
const SHELL_BYTES = 20_000;

/**
 * A report as one HTML page that holds all it needs: styles, scripts, figures, sound. It asks the network for nothing and
 * forbids itself to. docs/report.md tells what it can do.
 *
 * @throws {RangeError} when two recordings have one name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reportPage } from "#lib/report/report_page.ts";
 * const page = await reportPage({
 *   title: "A report",
 *   verdict: { text: "All is well", tone: "good" },
 *   summary: "Nothing was compared.",
 *   sections: [],
 *   madeAt: new Date(0),
 * });
 * assert.match(page, /^<!doctype html>/);
 * assert.match(page, /<h1 [^>]*>.*All is well<\/h1>/);
 * ```
 */
export async function reportPage(report: Report, options: ReportPageOptions = {}): Promise<string> {
  const { maxBytes = 8e6 } = options;
  const blocks = report.sections.flatMap((section) => section.blocks);
  const all = blocks.flatMap((block) => block.kind === "player" ? [block.recording] : []);
  const names = all.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`Two recordings of the report are called ${twice}.`);

  const drawn = new Map<Block, DrawnFigure>();
  for (const block of blocks) {
    if (block.kind !== "figure") continue;
    const recording = block.recording === undefined ? -1 : names.indexOf(block.recording);
    drawn.set(block, await drawFigure(block.figure, recording < 0 ? null : recording));
  }
  const code = await loadClientCode();
  const figures = [...drawn.values()];
  const { recordings, live } = fitPage({ recordings: all, figures }, maxBytes - bytesOf(code, blocks));
  const sections = report.sections.map((section, i) =>
    renderSection(section, i, { recordings, live, drawn })
  );
  const data = { recordings: recordings.map(recordingData), figures: live.map(({ data }) => data) };
  return pageOf(report, { sections, data, code, hasPlotly: live.length > 0 }).text;
}

/** What the page takes before recordings and figures; a cell with a bar and a button has some 400 characters of its own. */
function bytesOf(code: ClientCode, blocks: readonly Block[]): number {
  const texts = blocks.reduce((sum, block) => {
    if (block.kind === "table") return sum + 400 * block.table.rows.length * block.table.columns.length;
    return sum + (block.kind === "text" || block.kind === "code" ? 2 * block.text.length : 1000);
  }, 0);
  return SHELL_BYTES + PAGE_STYLE.length + code.importMap.length + code.plotly.length + code.licences.length +
    texts;
}

interface PageContent {
  readonly sections: readonly Markup[];
  readonly data: unknown;
  readonly code: ClientCode;
  readonly hasPlotly: boolean;
}

function pageOf(report: Report, { sections, data, code, hasPlotly }: PageContent): Markup {
  const { title, verdict, summary, madeAt } = report;
  const plotly = hasPlotly ? [code.plotly] : [];
  const policy = contentPolicy([BEFORE_PAINT, code.importMap, ...plotly, code.entry]);
  const raw = (text: string) => new Markup(text);
  const sign = { good: "✓", bad: "✗", neutral: "" }[verdict.tone];
  const links = report.sections.map(({ heading }, i) =>
    markup`<li><a href="#section-${i}">${heading}</a></li>`
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dialab">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(PAGE_STYLE)}</style>
<script>${raw(BEFORE_PAINT)}</script>
<script type="importmap">${raw(code.importMap)}</script>
</head>
<body>
<!--
${raw(code.licences)}
-->
<a class="skip" href="#content">To the content</a>
<header class="bar"><span class="brand">dialab</span>
<button type="button" id="theme">Dark</button></header>
<main id="content">
<section class="verdict ${verdict.tone}" aria-labelledby="verdict">
<p class="title">${title}</p>
<h1 id="verdict">${sign && markup`<span class="sign" aria-hidden="true">${sign}</span> `}${verdict.text}</h1>
<p class="summary">${summary}</p>
</section>
${links.length > 2 && markup`<nav aria-label="On this page"><ul>${links}</ul></nav>`}
${sections}
</main>
<footer><p>Made by dialab, ${madeAt.toISOString().slice(0, 16).replace("T", " ")} UTC.
This page is one file and asks the network for nothing.</p></footer>
<div id="now-playing" role="group" aria-label="Now playing" hidden>
<button type="button" class="play round" aria-label="Pause"></button><span class="words"></span>
<a href="#content">To the player</a></div>
${
    report.run && markup`<script type="application/json" id="run">${embedJson(report.run)}</script>
`
  }<script type="application/json" id="report-data">${embedJson(data)}</script>
${plotly.map((text) => markup`<script>${raw(text)}</script>`)}
<script type="module">${raw(code.entry)}</script>
</body>
</html>
`;
}
