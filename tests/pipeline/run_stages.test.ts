import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { MissingWeightsError } from "#lib/pipeline/missing_weights_error.ts";
import { replaceStage } from "#lib/pipeline/replace_stage.ts";
import { type Hook, runStages } from "#lib/pipeline/run_stages.ts";
import { type AnyStage, defineStage } from "#lib/pipeline/stage.ts";
import { conversation } from "./conversation.ts";

const labels = (...values: number[]) => ndArray("i4", [values.length], Int32Array.from(values));
const training = { chunkIndex: Int32Array.of(0, 1), speakerIndex: Int32Array.of(0, 0) };

/** A made-up stage that gives labels. */
function stageOf(name: string, run: AnyStage["run"], more: Partial<AnyStage> = {}): AnyStage {
  return { name, needs: [], gives: ["ahcLabels"], run, ...more };
}

describe("runStages", () => {
  test("runs stages in order, each on what the ones before gave", async () => {
    const seen: string[] = [];
    const first = stageOf("first", () => {
      seen.push("first");
      return { ahcLabels: labels(1, 2) };
    });
    const second = defineStage({
      name: "second",
      needs: ["ahcLabels", "training"],
      gives: ["kmeansLabels"],
      run: async ({ ahcLabels, training }) => {
        await Promise.resolve();
        seen.push(`second ${training.chunkIndex.length}`);
        return { kmeansLabels: labels(...ahcLabels.data, 3) };
      },
    });
    const { artefacts, seconds } = await runStages([first, second], { training });
    expect(seen).toEqual(["first", "second 2"]);
    expect([...artefacts.kmeansLabels!.data]).toEqual([1, 2, 3]);
    expect(artefacts.training).toBe(training);
    expect(Object.keys(seconds)).toEqual(["first", "second"]);
    expect(Object.values(seconds).every((s) => s >= 0 && s < 10)).toBe(true);
  });

  test("what a stage gives takes the place of what was handed in, in the result only", async () => {
    const given = { ahcLabels: labels(9) };
    const { artefacts } = await runStages([stageOf("a", () => ({ ahcLabels: labels(1) }))], given);
    expect([...artefacts.ahcLabels!.data]).toEqual([1]);
    expect([...given.ahcLabels.data]).toEqual([9]);
  });

  test("no stage: what was handed in comes back", async () => {
    const { artefacts, seconds } = await runStages([], { training });
    expect([artefacts, seconds]).toEqual([{ training }, {}]);
  });

  test("names the stage and every artefact that it lacks, before it runs", async () => {
    let ran = false;
    const stage = stageOf("picky", () => {
      ran = true;
      return { ahcLabels: labels() };
    }, { needs: ["training", "q", "pi"] });
    const run = runStages([stage], { training });
    await expect(run).rejects.toThrow(
      new TypeError('Stage "picky" needs q, pi, which no stage before it gave.'),
    );
    expect(ran).toBe(false);
  });

  test("names what a stage said it gives and did not", async () => {
    const stage = stageOf("idle", () => ({ ahcLabels: labels() }), { gives: ["ahcLabels", "tree", "q"] });
    await expect(runStages([stage], {})).rejects.toThrow(new TypeError('Stage "idle" did not give tree, q.'));
  });

  test("a stage's own error comes out as it is, and nothing runs after it", async () => {
    const fault = new Error("broken");
    let after = false;
    const stages = [
      stageOf("breaks", () => Promise.reject(fault)),
      stageOf("after", () => {
        after = true;
        return { ahcLabels: labels() };
      }),
    ];
    expect(await runStages(stages, {}).catch((error) => error)).toBe(fault);
    expect(after).toBe(false);
  });

  test("a PLDA that was not handed in is named", async () => {
    const { given } = await conversation("c_one_chunk");
    const error = await runStages(COMMUNITY_1, given).catch((error) => error);
    expect(error).toBeInstanceOf(MissingWeightsError);
    expect(error.message).toBe(
      'Stage "plda" needs the PLDA (plda.npz and xvec_transform.npz); hand it in as models.plda.',
    );
    expect(error.stage).toBe("plda");
  });
});

describe("the hook", () => {
  test("hears of every stage's start and end, in order, and gets what it gave", async () => {
    const { given, models } = await conversation();
    const heard: string[] = [];
    const hook: Hook = (stage, artefact, { completed, total }) =>
      heard.push(`${stage} ${completed}/${total} ${Object.keys(artefact ?? {}).join()}`);
    const { artefacts } = await runStages(COMMUNITY_1, given, { models, hook });
    expect(heard).toEqual(
      COMMUNITY_1.flatMap(({ name, gives }) => [`${name} 0/1 `, `${name} 1/1 ${gives.join()}`]),
    );
    expect(artefacts.diarization!.labels().length).toBe(2);
  });

  test("hears of progress within a stage", async () => {
    const heard: unknown[] = [];
    const stage = stageOf("slow", (_artefacts, { progress }) => {
      progress(3, 7);
      return { ahcLabels: labels(1) };
    });
    await runStages([stage], {}, { hook: (...event) => heard.push(event) });
    expect(heard).toEqual([
      ["slow", undefined, { completed: 0, total: 1 }],
      ["slow", undefined, { completed: 3, total: 7 }],
      ["slow", { ahcLabels: labels(1) }, { completed: 1, total: 1 }],
    ]);
  });

  test("that throws stops the run", async () => {
    const hook = () => {
      throw new Error("enough");
    };
    await expect(runStages([stageOf("a", () => ({ ahcLabels: labels() }))], {}, { hook })).rejects.toThrow(
      "enough",
    );
  });
});

describe("the signal", () => {
  const ran: string[] = [];
  const record = (name: string, during?: () => void) =>
    stageOf(name, () => {
      ran.push(name);
      during?.();
      return { ahcLabels: labels() };
    });
  const aborted = async (stages: AnyStage[], signal: AbortSignal, hook?: Hook) => {
    ran.length = 0;
    const reason = await runStages(stages, {}, { signal, hook }).catch((error) => error);
    return [reason, ...ran];
  };

  test("raised before: nothing runs and the reason comes out", async () => {
    const reason = new Error("no time");
    expect(await aborted([record("a")], AbortSignal.abort(reason))).toEqual([reason]);
    const [standard] = await aborted([record("a")], AbortSignal.abort());
    expect(standard.name).toBe("AbortError");
  });

  test("raised during a stage: that one ends, no other begins", async () => {
    const controller = new AbortController();
    const stages = [record("a"), record("b", () => controller.abort("stop")), record("c")];
    expect(await aborted(stages, controller.signal)).toEqual(["stop", "a", "b"]);
  });

  test("raised between stages, from the hook or from a timer", async () => {
    const controller = new AbortController();
    const hook: Hook = (stage, artefact) => {
      if (stage === "a" && artefact) controller.abort("stop");
    };
    expect(await aborted([record("a"), record("b")], controller.signal, hook)).toEqual(["stop", "a"]);
    const later = new AbortController();
    const stages = [record("a", () => void setTimeout(() => later.abort("late"), 0)), ...many(record("b"))];
    const [reason, ...names] = await aborted(stages, later.signal);
    expect(reason).toBe("late");
    expect(names.length).toBeLessThan(1000);
  });

  test("reaches the stage, so that a long one can stop itself", async () => {
    const controller = new AbortController();
    const stage = stageOf("long", (_artefacts, { signal }) => {
      controller.abort("inside");
      signal!.throwIfAborted();
      return { ahcLabels: labels() };
    });
    expect(await runStages([stage], {}, { signal: controller.signal }).catch((error) => error)).toBe(
      "inside",
    );
  });
});

function many(stage: AnyStage): AnyStage[] {
  return Array.from({ length: 1000 }, () => stage);
}

describe("replaceStage", () => {
  test("exchanges the stage of that name and leaves the list as it was", () => {
    const other = stageOf("vbx", () => ({}), {});
    const stages = replaceStage(COMMUNITY_1, other);
    expect(stages.map(({ name }) => name)).toEqual(COMMUNITY_1.map(({ name }) => name));
    expect(stages.filter((stage, i) => stage !== COMMUNITY_1[i])).toEqual([other]);
    expect(COMMUNITY_1.includes(other)).toBe(false);
  });

  test("names the stages that there are when there is no such one", () => {
    expect(() => replaceStage(COMMUNITY_1, stageOf("vbs", () => ({})))).toThrow(
      /There is no stage "vbs" to replace; there are speaker_counting, train_filter, ahc, plda, vbx, centroids, scores/,
    );
  });
});
