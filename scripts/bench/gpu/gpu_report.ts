import { benchBarsFigure } from "#lib/plots/bench_bars_figure.ts";
import { environmentSection } from "#lib/report/environment_section.ts";
import type { Block, Report, Section, Table } from "#lib/report/report.ts";
import { duration } from "../table.ts";
import {
  adapterFacts,
  kernelsTable,
  kernelTitle,
  limitsTable,
  networksTable,
  parityTable,
  pipelineTable,
  rooflineTable,
  stepsTable,
  targetsTable,
  transfersTable,
  versionFacts,
} from "./gpu_tables.ts";
import { type GpuResults, type RowOf, rowsOf, type StepResult } from "./results.ts";

/** The figures of a GPU as a page. */
export function gpuReport(results: GpuResults): Report {
  const [adapter] = rowsOf(results, "adapter");
  const card = adapter?.name ?? "no adapter";
  return {
    title: `Figures of ${card}`,
    verdict: verdictOf(results.steps, adapter !== undefined),
    summary: summaryOf(results),
    sections: [
      { heading: "Steps", blocks: [table(stepsTable(results.steps))] },
      { heading: "Targets", blocks: [table(targetsTable(results.targets, card, results.targetsOf))] },
      ...sectionOf("Parity", rowsOf(results, "parity"), (rows) => [table(parityTable(rows))]),
      ...sectionOf("Kernels", rowsOf(results, "kernel"), (rows) => kernelBlocks(rows)),
      ...sectionOf("Networks", rowsOf(results, "network"), (rows) => networkBlocks(rows)),
      ...sectionOf("The whole pipeline", rowsOf(results, "pipeline"), (rows) => [table(pipelineTable(rows))]),
      ...sectionOf(
        "Transfers and dispatches",
        rowsOf(results, "transfer"),
        (rows) => [table(transfersTable(rows))],
      ),
      ...(adapter === undefined ? [] : [adapterSection(adapter)]),
      environmentSection({
        environment: results.environment,
        facts: [...versionFacts(results), ["sizes", results.settings.sizes ?? "-"]],
        command: results.command,
      }),
    ],
    madeAt: new Date(results.changedAt),
  };
}

function verdictOf(steps: readonly StepResult[], hasAdapter: boolean): Report["verdict"] {
  const count = (...words: StepResult["status"][]) =>
    steps.filter(({ status }) => words.includes(status)).length;
  const bad = count("failed", "timed out", "running"), interrupted = count("interrupted");
  const measured = `${count("ok")} of ${steps.length} steps measured`;
  if (!hasAdapter) return { text: `No GPU was measured; ${measured}`, tone: "bad" };
  if (interrupted > 0) return { text: `${measured}; it was ended before the others`, tone: "bad" };
  return bad === 0 ? { text: measured, tone: "good" } : { text: `${measured}, ${bad} failed`, tone: "bad" };
}

function summaryOf({ steps, settings, targets }: GpuResults): string {
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const known = targets.filter(({ reached }) => reached !== null);
  const reached = known.filter((target) => target.reached).length;
  const skipped = steps.filter(({ status }) => status === "skipped").length;
  return `Sizes ${settings.sizes ?? "unknown"}, ${duration(seconds)} in all` +
    (skipped === 0 ? ". " : `, ${skipped} steps passed over. `) +
    (known.length === 0
      ? "None of the targets was measured."
      : `${reached} of ${known.length} targets that were measured are reached.`);
}

const table = (content: Table, foldedAs?: string): Block => ({
  kind: "table",
  table: content,
  ...(foldedAs !== undefined && { foldedAs }),
});

function sectionOf<Row>(
  heading: string,
  rows: readonly Row[],
  blocks: (rows: readonly Row[]) => readonly Block[],
): Section[] {
  return rows.length === 0 ? [] : [{ heading, blocks: blocks(rows) }];
}

function kernelBlocks(rows: readonly RowOf<"kernel">[]): Block[] {
  const beside = rows.filter(({ peer }) => peer !== undefined);
  const onCuda = rows.filter(({ peer, device }) => peer?.cuda && device);
  const blocks: Block[] = [];
  if (beside.length > 0) {
    const figure = benchBarsFigure(
      beside.map((row) => ({
        step: kernelTitle(row),
        seconds: row.seconds,
        peerSeconds: row.peer!.seconds,
      })),
      { title: "Whole calls beside numpy, SciPy and torchaudio on the CPU" },
    );
    blocks.push({ kind: "figure", figure });
  }
  if (onCuda.length > 0) {
    const figure = benchBarsFigure(
      onCuda.map((row) => ({
        step: kernelTitle(row),
        seconds: row.device!.seconds,
        peerSeconds: row.peer!.cuda!.seconds,
      })),
      { title: "On the device beside CUDA", peer: "CUDA" },
    );
    blocks.push({ kind: "figure", figure: { ...figure, name: "cuda-bars" } });
  }
  blocks.push(table(kernelsTable(rows)));
  if (rows.some(({ device }) => device?.roofline)) blocks.push(table(rooflineTable(rows)));
  return blocks;
}

function networkBlocks(rows: readonly RowOf<"network">[]): Block[] {
  const figure = benchBarsFigure(
    rows.map((row) => ({
      step: `${row.network}, ${row.provider}, ${row.batch}${row.workers === 0 ? "" : ", own thread"}`,
      seconds: row.secondsPerChunk,
      peerSeconds: row.aloneSecondsPerChunk,
    })),
    { title: "A chunk of 10 s beside onnxruntime alone", peer: "onnxruntime" },
  );
  return [{ kind: "figure", figure: { ...figure, name: "network-bars" } }, table(networksTable(rows))];
}

function adapterSection(row: RowOf<"adapter">): Section {
  return {
    heading: "Adapter",
    blocks: [{ kind: "facts", facts: adapterFacts(row) }, table(limitsTable(row), "Limits")],
  };
}
