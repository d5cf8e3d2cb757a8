import { describe, expect, test } from "bun:test";
import { vbx } from "#kernels/vbx/scalar.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import {
  captureProblem,
  CAPTURES,
  DRAWN_PROBLEMS,
  drawnProblem,
  hardLabels,
  largestDifference,
  REFERENCE_CASES,
  referenceProblem,
  type SolvedProblem,
  type VbxProblem,
} from "./vbx_cases.ts";

const solve = ({ x, phi, q0, options }: VbxProblem, changes = {}) =>
  vbx(x, phi, q0, { ...options, ...changes });

/** numpy's own sums are off by up to 7.3e-15 in q and 7.3e-12 in the ELBO on the captures. */
function expectSolved(problem: SolvedProblem, sums: "plain" | "compensated"): void {
  const { q, pi, elbo } = solve(problem, { sums });
  expect(elbo.length).toBe(problem.elbo.length);
  expect(largestDifference(q, problem.q)).toBeLessThan(1e-12);
  expect(largestDifference(pi, problem.pi)).toBeLessThan(1e-12);
  elbo.forEach((value, i) => {
    expect(Math.abs(value - problem.elbo[i])).toBeLessThan(1e-13 * Math.abs(value) + 1e-11);
  });
  const { speakers } = problem.options;
  expect(hardLabels(q, speakers)).toEqual(hardLabels(problem.q, speakers));
}

describeWith("VBx in float64 and numpy's", fixture("reference/vbx.npz"), (file) => {
  describe.each(REFERENCE_CASES)("%s", (name) => {
    test.each(["plain", "compensated"] as const)("%s sums", async (sums) => {
      expectSolved(await referenceProblem(file, name), sums);
    });
  });

  test("the case whose ELBO numpy saw fall, by 2e-12, stops there too", async () => {
    const solved = await Promise.all(REFERENCE_CASES.map((name) => referenceProblem(file, name)));
    const falls = solved.filter(({ elbo }) => elbo[elbo.length - 1] < elbo[elbo.length - 2]);
    expect(falls.map(({ name }) => name)).toEqual(["n1200"]);
    const { elbo, elboFell } = solve(falls[0]);
    expect(elbo.length).toBe(falls[0].elbo.length);
    expect(elboFell).toBe(elbo[elbo.length - 1] < elbo[elbo.length - 2]);
  });
});

describe.each(CAPTURES)("VBx in float64 and pyannote's", (name) => {
  describeWith(`in ${name}`, fixture(`captures/${name}`), (folder) => {
    test.each(["plain", "compensated"] as const)("%s sums", async (sums) => {
      expectSolved(await captureProblem(folder), sums);
    });
  });
});

describe.each(DRAWN_PROBLEMS)("VBx in float64 of $name", (problem) => {
  const { rows: N, columns: D, speakers: K } = problem.options;
  const result = solve(problem);

  test("gives responsibilities and priors that sum to 1", () => {
    for (let n = 0; n < N; n++) {
      const row = result.q.subarray(n * K, (n + 1) * K);
      expect(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-14 * K);
      expect(row.every((value) => value >= 0 && value <= 1 + 1e-14)).toBe(true);
    }
    expect(Math.abs(result.pi.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-14);
    expect([result.alpha.length, result.invL.length]).toEqual([K * D, K * D]);
    expect(result.invL.every((value) => value > 0 && value <= 1)).toBe(true);
  });

  test("follows its speakers when they change places", () => {
    const order = Array.from({ length: K }, (_, k) => (k + 1) % K);
    const turned = problem.q0.map((_, at) => problem.q0[at - at % K + order[at % K]]);
    const again = solve({ ...problem, q0: turned });
    const back = again.q.map((_, at) => again.q[at - at % K + (at % K + K - 1) % K]);
    expect(again.elbo.length).toBe(result.elbo.length);
    expect(largestDifference(back, result.q)).toBeLessThan(1e-12);
  });
});

describe("VBx in float64", () => {
  test("the ELBO grows until it stops, and a larger bound stops it sooner", () => {
    const problem = drawnProblem("", { rows: 120, columns: 24, speakers: 8, elboEpsilon: 1e-8 }, {
      voices: 3,
    });
    const { elbo, elboFell } = solve(problem);
    for (let i = 1; i < elbo.length; i++) expect(elbo[i] - elbo[i - 1]).toBeGreaterThan(-1e-9);
    expect(elboFell).toBe(elbo[elbo.length - 1] < elbo[elbo.length - 2]);
    expect(solve(problem, { elboEpsilon: 1e9 }).elbo.length).toBe(2);
    expect(solve(problem, { maxIterations: 1 }).elbo.length).toBe(1);
  });

  test("lets speakers die, yet keeps them finite", () => {
    const problem = DRAWN_PROBLEMS.find(({ name }) => name === "dead speakers")!;
    const { pi, q, elbo } = solve(problem);
    expect(pi.filter((value) => value < 1e-12).length).toBeGreaterThan(10);
    expect(q.every(Number.isFinite) && elbo.every(Number.isFinite)).toBe(true);
  });

  test("does not change what it is given", () => {
    const problem = DRAWN_PROBLEMS[4];
    const before = [problem.x, problem.phi, problem.q0].map((array) => array.slice());
    solve(problem);
    expect([problem.x, problem.phi, problem.q0]).toEqual(before);
  });

  test("NaN travels", () => {
    const problem = DRAWN_PROBLEMS[4];
    const x = problem.x.slice();
    x[3] = NaN;
    const { q, pi, elbo } = solve({ ...problem, x });
    expect([...q, ...pi, ...elbo].every(Number.isNaN)).toBe(true);
    expect(elbo.length).toBe(20);
  });

  test.each([
    [{ rows: 66 }, /x is to hold 66 x 35/],
    [{ columns: 34 }, /x is to hold 67 x 34/],
    [{ speakers: 12 }, /q0 is to hold 67 x 12/],
    [{ fa: 0 }, /positive factors, not fa 0/],
    [{ fb: -1 }, /positive factors, not fa 0.3, fb -1/],
    [{ maxIterations: 0 }, /at least one iteration, not 0/],
    [{ maxIterations: 1.5 }, /at least one iteration, not 1.5/],
  ])("refuses %j", (changes, message) => {
    expect(() => solve(DRAWN_PROBLEMS[4], changes)).toThrow(message);
  });
});
