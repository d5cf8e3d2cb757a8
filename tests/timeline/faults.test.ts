import { describe, expect, test } from "bun:test";
import {
  type Annotation,
  parseAudacity,
  parseCsv,
  parseLab,
  type ReadOptions,
  type TimelineFileError,
} from "#lib/timeline/mod.ts";

const one = (annotations: Map<string, Annotation>) => annotations.get("a")!;
const READERS: [string, string, (text: string, options: ReadOptions) => Annotation][] = [
  ["lab", "0 1 x\n%\n4 5 x\n", parseLab],
  ["Audacity labels", "0\t1\tx\n%\n4\t5\tx\n", parseAudacity],
  ["CSV", "uri,start,end,speaker\na,0,1,x\n%\na,4,5,x\n", (text, options) => one(parseCsv(text, options))],
];
/** The same line in every format. */
const line = (name: string, start: string, end: string) =>
  name === "lab" ? `${start} ${end} x` : name === "CSV" ? `a,${start},${end},x` : `${start}\t${end}\tx`;

describe.each(READERS)("%s", (name, frame, parse) => {
  const lineNumber = name === "CSV" ? 3 : 2;
  function read(bad: string, options: ReadOptions = {}) {
    const [warnings, faults]: [string[], TimelineFileError[]] = [[], []];
    const annotation = parse(frame.replace("%", bad), {
      file: "a.x",
      warn: (warning) => warnings.push(warning),
      onFault: (fault) => faults.push(fault),
      ...options,
    });
    const starts = [...annotation.itertracks()].map(([{ start }]) => start);
    return { starts, warnings, faults: faults.map((fault) => [fault.lineNumber, fault.fault]) };
  }

  test.each([
    [["nan", "3"], 'start "nan" is not a time, it must be a number of seconds such as 2.977'],
    [["2", "1e999"], 'end "1e999" is too large, it must be a finite number of seconds'],
    [["3", "2"], "end 2 comes before start 3"],
    [["-1", "-2"], "end -2 comes before start -1"],
  ])("leaves out %j, names it, and reads the rest", ([start, end], fault) => {
    const bad = line(name, start, end);
    expect(read(bad)).toEqual({ starts: [0, 4], warnings: [], faults: [[lineNumber, fault]] });
    expect(() => read(bad, { onFault: undefined })).toThrow(fault);
  });

  test("forgives a start before 0 with one warning, and refuses it when strict", () => {
    const { starts, warnings, faults } = read(line(name, "-0.5", "2"));
    expect([starts, warnings, faults]).toEqual([[0, 0, 4], [
      `a.x: 1 turn starts before 0 and is cut there (line ${lineNumber}).`,
    ], []]);
    expect(read(line(name, "-0.5", "2"), { strict: true }).faults).toEqual([
      [lineNumber, "a turn starts before 0 and is cut there, which strict reading refuses"],
    ]);
  });

  test("tells of a turn without length, unless it is a point label", () => {
    const { starts, warnings } = read(line(name, "2", "2"));
    expect([starts, warnings.length]).toEqual([[0, 4], name === "Audacity labels" ? 0 : 1]);
  });
});
