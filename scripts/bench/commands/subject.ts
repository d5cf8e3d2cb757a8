import type { Compute } from "#lib/compute/compute.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { type CommandLine, MissingError } from "../../cli/command_line.ts";
import { assertParity, type Subject } from "../backend.ts";

/** The capture that a command line names, or the largest, with its weights; at parity on this backend. */
export async function subjectOf(
  { values }: CommandLine,
  compute: Compute,
): Promise<Subject & { readonly name: string }> {
  const found = findCaptures(values.get("captures"));
  const wanted = values.get("capture");
  const names = found.filter(({ name }) => wanted === undefined || name === wanted);
  if (names.length === 0) {
    const others = found.map(({ name }) => name).join(", ") || "none";
    throw new MissingError(
      `${wanted ? `There is no capture ${wanted}; there are ${others}` : "There is no capture"}. ` +
        "Those of pyannote are fetched: npx dialab fetch captures.",
    );
  }
  const captures: Capture[] = await Promise.all(names.map(({ folder }) => readCapture(folder)));
  const capture = captures.reduce((largest, other) =>
    other.artefacts.segmentations.shape[0] > largest.artefacts.segmentations.shape[0] ? other : largest
  );
  const { model: plda, folder: pldaFolder } = await findPlda(capture, { models: values.get("models") });
  await assertParity(capture, plda, compute);
  return { name: capture.name, folder: capture.folder, capture, plda, pldaFolder };
}
