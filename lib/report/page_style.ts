import content from "#lib/report/client/content.css" with { type: "text" };
import frame from "#lib/report/client/frame.css" with { type: "text" };
import media from "#lib/report/client/media.css" with { type: "text" };
import player from "#lib/report/client/player.css" with { type: "text" };
import stacked from "#lib/report/client/stacked.css" with { type: "text" };
import widget from "#lib/report/client/widget.css" with { type: "text" };

/** Tables by how many columns they have, and the room below which those do not fit. */
const STACKED = [["widest", "64rem"], ["wide", "46rem"], ["middling", "32rem"]]
  .map(([kind, room]) => `@container (max-width: ${room}) {\n.table.${kind} {\n${stacked}}\n}`);

/** The page's styles: what is for narrow windows and for paper comes last, so that it prevails. */
export const PAGE_STYLE: string = [frame, content, ...STACKED, player, media].join("\n");

/** The styles of a player in a frame. */
export const WIDGET_STYLE: string = [frame, content, player, widget, media].join("\n");
