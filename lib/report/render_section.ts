import { type Markup, markup } from "./markup.ts";
import { type DrawnFigure, renderFigure } from "./render_figure.ts";
import { renderPlayer } from "./render_player.ts";
import { renderTable } from "./render_table.ts";
import type { Block, Recording, Section } from "./report.ts";

/** What blocks refer to. */
export interface SectionContext {
  /** The page's recordings as far as they fit, in their order. */
  readonly recordings: readonly Recording[];
  /** The figures that Plotly draws, in their order. */
  readonly live: readonly DrawnFigure[];
  /** The drawn figure of each block that has one. */
  readonly drawn: ReadonlyMap<Block, DrawnFigure>;
}

/**
 * A section with its heading, which `#section-INDEX` leads to.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renderSection } from "#lib/report/render_section.ts";
 * const section = { heading: "Notes", blocks: [{ kind: "text", text: "1 < 2" }] } as const;
 * const { text } = renderSection(section, 3, { recordings: [], live: [], drawn: new Map() });
 * assert.match(text, /^<section id="section-3".*<p class="prose">1 &lt; 2<\/p>/s);
 * ```
 */
export function renderSection(section: Section, index: number, context: SectionContext): Markup {
  const { heading, blocks, isFolded } = section;
  const inside = blocks.map((block) => renderBlock(block, context));
  const body = isFolded ? markup`<details><summary>Show ${heading}</summary>${inside}</details>` : inside;
  return markup`<section id="section-${index}" aria-labelledby="heading-${index}">
<h2 id="heading-${index}">${heading}</h2>
${body}
</section>
`;
}

function renderBlock(block: Block, { recordings, live, drawn }: SectionContext): Markup {
  switch (block.kind) {
    case "text":
      return markup`<p class="prose">${block.text}</p>\n`;
    case "code": {
      const { label, text } = block;
      const code = markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`;
      return markup`<div class="code"><p>${label}</p>${code}</div>\n`;
    }
    case "table": {
      const table = renderTable(block.table, { recordings: recordings.map(({ name }) => name) });
      const { foldedAs } = block;
      return foldedAs === undefined
        ? table
        : markup`<details><summary>${foldedAs}</summary>${table}</details>`;
    }
    case "facts":
      return markup`<dl>${
        block.facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)
      }</dl>\n`;
    case "player": {
      const at = recordings.findIndex(({ name }) => name === block.recording.name);
      return renderPlayer(recordings[at], at);
    }
    case "figure": {
      const figure = drawn.get(block);
      if (figure === undefined) throw new RangeError(`Figure ${block.figure.name} was not drawn.`);
      const at = live.indexOf(figure);
      return renderFigure(figure, at < 0 ? undefined : at);
    }
  }
}
