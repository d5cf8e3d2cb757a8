import { join } from "node:path";
import { captureModels } from "#lib/parity/capture_models.ts";
import { besideCaptures, findCaptures } from "#lib/parity/find_captures.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { replayHints } from "#lib/parity/replay_hints.ts";
import { captureErrorStatus } from "../../../cli/capture_errors.ts";
import { RefusedError } from "../../refused_error.ts";
import type { GpuSizes } from "../results.ts";
import type { StepWork } from "../step.ts";

/** Captures of more chunks are left out: a software adapter takes minutes for them. */
const MOST_CHUNKS: Readonly<Record<GpuSizes, number>> = { tiny: 20, small: 100, large: Infinity };

/** Replays every capture that is at hand, as `parity` does; with hints under large sizes. */
export const parityStep: StepWork = async ({ sizes, openGpu, give, note, progress }) => {
  await using compute = await openGpu("df64");
  const found = findCaptures();
  const faulty: string[] = [];
  for (const { name, folder } of found) {
    progress(name);
    try {
      const capture = await readCapture(folder, { warn: (warning) => note(`${name}: ${warning}`) });
      const [chunks] = capture.artefacts.segmentations.shape;
      if (chunks > MOST_CHUNKS[sizes]) {
        note(`${name} is left out: it has ${chunks} chunks, more than --sizes ${sizes} has.`);
        continue;
      }
      const models = await captureModels(capture);
      const report = await replayCapture(capture, { models, compute });
      const where = join(besideCaptures(folder, "reference"), "hints", name);
      const hints = sizes === "large" ? await replayHints(capture, { models, compute, folder: where }) : [];
      const ok = report.ok && hints.every((hint) => hint.ok);
      if (!ok) faulty.push(name);
      give({
        ...{ kind: "parity", capture: name, ok, fault: null },
        rttmIdentical: report.rttm.identical && report.isolatedRttm.identical,
        der: report.rttm.der,
        seconds: report.seconds.total,
        quantities: report.stages.length,
        beyond: report.stages.filter((stage) => !stage.ok).map(({ mode, stage, quantity, fault }) =>
          `${mode} ${stage} ${quantity}: ${fault ?? "beyond tolerance"}`
        ),
        hints: hints.length === 0 ? null : { ok: hints.filter((hint) => hint.ok).length, all: hints.length },
      });
    } catch (error) {
      if (!(error instanceof Error) || captureErrorStatus(error) === undefined) throw error;
      faulty.push(name);
      give({
        ...{ kind: "parity", capture: name, ok: false, fault: error.message, rttmIdentical: false },
        ...{ der: 0, seconds: 0, quantities: 0, beyond: [], hints: null },
      });
    }
  }
  if (faulty.length > 0) {
    throw new RefusedError(
      `${faulty.length} of ${found.length} captures are not as they should be: ${faulty.join(", ")}.`,
    );
  }
};
