/** The comparison with the real webdataset, against a stub of it: Python's own tarfile reads what we write. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { checkWebdataset } from "../../scripts/check_webdataset.ts";
import { findPython } from "../../scripts/cli/python.ts";

const { PYTHONPATH, PYTHONDONTWRITEBYTECODE, DIALAB_PYTHON } = process.env;
const put = (name: string, value: string | undefined) => {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
};
afterEach(() => {
  put("PYTHONPATH", PYTHONPATH);
  put("PYTHONDONTWRITEBYTECODE", PYTHONDONTWRITEBYTECODE);
  put("DIALAB_PYTHON", DIALAB_PYTHON);
  delete process.env.DIALAB_STUB_LOSES;
});

async function checked() {
  process.env.PYTHONPATH = join(projectRoot(), "tests", "scripts", "webdataset_stub");
  process.env.PYTHONDONTWRITEBYTECODE = "1"; // nothing is left beside the stub
  const said: string[] = [];
  return { status: await checkWebdataset((line) => void said.push(line)), said };
}

const hasPython = findPython([]) !== undefined;

test.skipIf(!hasPython)("samples that are read alike are counted", async () => {
  expect(await checked()).toEqual({ status: 0, said: ["200 of 200 samples in 7 shards are read alike"] });
});

test.skipIf(!hasPython)("a sample that is lost is told", async () => {
  process.env.DIALAB_STUB_LOSES = "5";
  const { status, said } = await checked();
  expect(status).toBe(1);
  expect(said[0]).toMatch(/^sample 5 differs: we read \["e\u0301_0005"/);
});

test("without a Python that has it, it says what to install", async () => {
  process.env.DIALAB_PYTHON = "/nowhere/python3";
  const { status, said } = await checked();
  expect(status).toBe(3);
  expect(said[0]).toMatch(/no Python with webdataset: pip install webdataset/);
});
