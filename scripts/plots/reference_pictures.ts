import { renderSvg } from "#lib/plots/render_svg.ts";
import { referenceFigures } from "./reference_figures.ts";

/** Those that the README shows, which stand in both themes. */
const README = ["lanes", "drift_heat_map"];

/** Every committed picture of a figure: SVG by path from the project's root. */
export async function referencePictures(): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const [name, figure] of await referenceFigures()) {
    const folder = README.includes(name) ? "docs/images" : "docs/images/figures";
    pictures.set(`${folder}/${name}.svg`, `${await renderSvg(figure)}\n`);
    if (README.includes(name)) {
      pictures.set(`${folder}/${name}_dark.svg`, `${await renderSvg(figure, { theme: "dark" })}\n`);
    }
  }
  return pictures;
}
