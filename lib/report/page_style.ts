import content from "#lib/report/client/content.css" with { type: "text" };
import frame from "#lib/report/client/frame.css" with { type: "text" };
import media from "#lib/report/client/media.css" with { type: "text" };
import player from "#lib/report/client/player.css" with { type: "text" };

/** The page's styles: what is for narrow windows and for paper comes last, so that it prevails. */
export const PAGE_STYLE: string = [frame, content, player, media].join("\n");
