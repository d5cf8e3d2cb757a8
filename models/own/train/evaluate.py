"""Step 8: measure everything. usage: evaluate.py MODELDIR [tune|all] [RULE OVERLAP THRESHOLD FA FB] -> prints, and writes WORK/eval.json

The decision rule of our segmentation is given: speech where P(speech) >= 0.5, then the likeliest set (RULE, OVERLAP change it); the table of
other rules is printed and chooses nothing. tune: AMI trn05, trn06 (human RTTM) and the captures 02-05 (pyannote's own RTTM) choose the AHC
threshold, Fa and Fb under that rule (for argmax beside it, and for the baseline's threshold, the same way); all: then the seven AMI
test clips. Scores: DER, collar 0, overlap included, UEM.
"""
import itertools, json, os, subprocess, sys, tempfile, time
import numpy as np, soundfile as sf, torch
from embprep import Thin
from pipeline import *
from simulate import PC
from train_emb import eer

FIX = os.environ["FIXTURES"]
TEST_FOLDER = os.environ.get("TEST_CLIPS", "test_clips")
WORK = os.environ.get("WORK", "work")
TEACHER = os.environ["TEACHER"]
TUNE = [f"{FIX}/ami/trn0{k}" for k in (5, 6)]
TEST = [f"{TEST_FOLDER}/ami/{k}" for k in ("trn07", "trn08", "trn09", "dev00", "dev01", "tst00", "tst01")]
CLIPS = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"]


def uem(stem):
    f = open(stem + ".uem").read().split()
    return float(f[2]), float(f[3])


def md_eval(pairs):
    """NIST md-eval, collar 0, overlap scored, UEM: pairs of (clip, turns) -> percent"""
    with tempfile.TemporaryDirectory() as d:
        r, h, u = (open(f"{d}/{n}", "w") for n in ("ref.rttm", "sys.rttm", "all.uem"))
        for c, t in pairs:
            name = os.path.basename(c.stem)
            for f, x in ((r, c.ref), (h, t)):
                f.writelines(f"SPEAKER {name} 1 {a:.6f} {b - a:.6f} <NA> <NA> {s} <NA> <NA>\n" for a, b, s in x)
            u.write(f"{name} 1 {c.uem[0]:.3f} {c.uem[1]:.3f}\n")
        for f in (r, h, u):
            f.close()
        out = subprocess.run(["perl", f"{TEST_FOLDER}/md-eval.pl", "-c", "0", "-r", f"{d}/ref.rttm", "-s", f"{d}/sys.rttm", "-u", f"{d}/all.uem"],
                             capture_output=True, text=True).stdout
    return float([l for l in out.splitlines() if "OVERALL SPEAKER DIARIZATION ERROR" in l][0].split("=")[1].split()[0])


def wav(path):
    x, sr = sf.read(path, dtype="float32")
    assert sr == 16000
    return x if x.ndim == 1 else x.mean(1)


class Clip:
    """One recording, its chunks, and what each front half (segmentation + embeddings) makes of it."""
    def __init__(self, stem, capture=False):
        self.stem = stem
        if capture:
            self.x, self.ref = wav(stem + "/clip_16k.wav"), read_rttm(stem + "/reference.rttm")
            self.uem = (0.0, len(self.x) / 16000)
        else:
            self.ref, self.uem, self.x = read_rttm(stem + ".rttm"), uem(stem), wav(stem + ".wav")
        self.ch = chunks(self.x)
        self.y, self.seg, self.emb = {}, {}, {}

    def score(self, seg, hard):
        return der(self.ref, turns(rebuild(seg, hard)), *self.uem)


    def turns(self, seg, hard):
        return turns(rebuild(seg, hard))


def total(parts):
    e, n = np.sum([p[0] for p in parts], 0), sum(p[1] for p in parts)
    return dict(der=float(e.sum() / n), miss=float(e[0] / n), fa=float(e[1] / n), conf=float(e[2] / n))


def oracle_local(clip, seg):
    """DER when every chunk's slots are named by the reference: the segmentation's own share of the error."""
    t = (495 + 270 * np.arange(F)) / 16000
    names = sorted({s for *_, s in clip.ref})
    hard = np.full((len(seg), S), -2)
    for c in range(len(seg)):
        r = np.zeros((F, len(names)))
        for a, b, s in clip.ref:
            r[(t + c >= a) & (t + c < b), names.index(s)] = 1
        i, j = linear_sum_assignment(seg[c].T @ r, maximize=True)
        for a, b in zip(i, j):
            if seg[c][:, a].sum() > 0:
                hard[c, a] = b
    return clip.score(seg, hard)


def agreement(a, b, permute=True):
    """share of frames with the same powerset class; a, b (C, F) classes"""
    perms = range(6) if permute else [0]
    return float(np.mean([max((PC[p][x] == y).mean() for p in perms) for x, y in zip(a, b)]))


def classes(seg):
    code = (seg * [1, 2, 4]).sum(2).astype(int)
    return np.array([0, 1, 2, 4, 3, 5, 6, 4])[code]


def ami_stretches(stems):
    """single-speaker stretches of at least 1.5 s in the human RTTM, cut into pieces of at most 4 s"""
    out = []
    for stem in stems:
        x, ref = wav(stem + ".wav"), read_rttm(stem + ".rttm")
        lo, hi = uem(stem)
        cuts = sorted({t for a, b, _ in ref for t in (a, b)} | {lo, hi})
        for a, b in zip(cuts, cuts[1:]):
            who = {s for p, q, s in ref if p < b and q > a}
            if len(who) == 1 and b - a >= 1.5 and a >= lo and b <= hi:
                k = max(1, int((b - a) / 3.0))
                for i in range(k):
                    p, q = a + (b - a) * i / k, a + (b - a) * (i + 1) / k
                    out.append((next(iter(who)), stem, x[int(p * 16000):int(q * 16000)]))
    return out


def own_vector(sess, x):
    with torch.no_grad():
        f = FB(torch.from_numpy(np.ascontiguousarray(x))[None]); f = (f - f.mean(1, keepdim=True)).numpy()
    return sess.run(["embedding"], {"fbank": f, "weights": np.ones((1, f.shape[1]), np.float32)})[0][0]


def llr(plda, x):
    """PLDA log-likelihood ratio of all pairs (within-class covariance 1, between diag(psi))"""
    z, p = plda(x), plda.psi
    s, d = 1 / (1 + p), 1 / (1 + 2 * p)
    # per dimension: log N([a, b]; same) - log N(a) - log N(b), without constants common to all pairs
    q = (z * z) @ (0.5 * s - 0.5 * (1 + p) * d)
    return q[:, None] + q[None] + (z * (p * d)) @ z.T


def verification(emb_sess, plda, thin, test):
    res = {}
    audio = np.load(f"{WORK}/audio.npy", mmap_mode="r")
    ev = [u for u in json.load(open(f"{WORK}/utts.json")) if u["set"] == "eval_ls"]
    full = [np.asarray(audio[u["off"]:u["off"] + u["len"]], np.float32) / 32768 for u in ev]
    spk = [u["spk"] for u in ev]
    r = np.random.default_rng(17)
    trials = {"LibriSpeech test-other, utterances": (spk, spk, full)}
    for n in (3.0, 1.5):
        x, s, src = [], [], []
        for i, a in enumerate(full):
            m = int(n * 16000)
            for _ in range(2):
                if len(a) > m:
                    o = r.integers(len(a) - m); x.append(a[o:o + m]); s.append(spk[i]); src.append(i)
        trials[f"LibriSpeech test-other, {n} s"] = (s, src, x)
    for name, stems in (("AMI stretches, tuning clips", TUNE), ("AMI stretches, test clips", TEST))[:2 if test else 1]:
        st = ami_stretches(stems)
        trials[name] = ([a for a, *_ in st], [b for _, b, _ in st], [c for *_, c in st])
    for name, (s, src, x) in trials.items():
        s = np.array(s)
        i, j = np.triu_indices(len(s), 1)
        if "AMI" in name or "utter" in name:
            k = np.ones(len(i), bool)
        else:                  # never two crops of one utterance
            k = np.array(src)[i] != np.array(src)[j]
        i, j = i[k], j[k]
        same = s[i] == s[j]
        own = np.stack([own_vector(emb_sess, a[:480000]) for a in x])
        th = np.stack([thin.embed(a) for a in x])
        row = {"same": int(same.sum()), "different": int((~same).sum())}
        if "AMI" in name:
            row["different, same recording"] = int((~same & (np.array(src)[i] == np.array(src)[j])).sum())
        for m, g in (("own cosine", norm(own) @ norm(own).T), ("own PLDA", llr(plda, own)), ("ThinResNet cosine", th @ th.T)):
            v = g[i, j]; row[m] = round(float(eer(v[same], v[~same])), 4)
        res[name] = row; print(name, row, flush=True)
    return res


def main():
    folder, what = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "tune"
    torch.set_num_threads(1)
    own, teacher = session(f"{folder}/segmentation-own.onnx"), session(TEACHER)
    emb, plda, thin = session(f"{folder}/embedding-own.onnx"), Plda(folder), Thin()
    report = {}
    ami, cap = [Clip(s) for s in TUNE], [Clip(f"{FIX}/captures/{c}", True) for c in CLIPS]
    test = [Clip(s) for s in TEST] if what == "all" else []
    for c in ami + cap + test:
        c.y["own"], c.y["teacher"] = logits(own, c.ch), logits(teacher, c.ch)
    cl = {}
    for c, k in zip(cap, CLIPS):
        ref = classes(np.load(f"{FIX}/captures/{k}/segmentations.npz")["segmentations"])
        cl[k] = {n: round(agreement(c.y[n].argmax(-1), ref), 4) for n in ("own", "teacher")}
        cl[k]["own, P(speech) >= 0.5"] = round(agreement(decide(c.y["own"], 0.5), ref), 4)
    report["agreement with captures, argmax"] = cl
    for n, cs in (("tune", ami), ("test", test)):
        report[f"AMI {n}: frames as the teacher, P(speech) >= 0.5"] = {os.path.basename(c.stem): round(agreement(decide(c.y["own"], 0.5), c.y["teacher"].argmax(-1)), 4) for c in cs}
        report[f"AMI {n}: frames as the teacher, argmax"] = {os.path.basename(c.stem): round(agreement(c.y["own"].argmax(-1), c.y["teacher"].argmax(-1)), 4) for c in cs}

    # 1. the decision rule: slots named by the reference, mean of the two tuning sets' DER
    rules = [("argmax", 0.0)] + [(t, o) for t in (0.2, 0.3, 0.4, 0.5, 0.6) for o in (0.0, 0.5, 1.0)] + [("argmax", 0.5), ("argmax", 1.0)]
    got = {}
    for r in rules:
        a, b = (total([oracle_local(c, MEMBERS[decide(c.y["own"], *r)]) for c in cs]) for cs in (ami, cap))
        got[r] = (a["der"] + b["der"]) / 2
        print("rule", r, "AMI", {k: round(v, 4) for k, v in a.items()}, "captures", {k: round(v, 4) for k, v in b.items()}, "mean", round(got[r], 4), flush=True)
    report["rules, named by the reference, mean tuning DER"] = {str(k): round(v, 4) for k, v in got.items()}
    best, rule = min(got, key=got.get), (0.5, 0.0)
    if len(sys.argv) > 3:
        rule = (sys.argv[3] if sys.argv[3] == "argmax" else float(sys.argv[3]), float(sys.argv[4]))
    print("best rule on the tuning material", best, "used", rule, flush=True)
    report["rule"] = list(rule)
    for c in ami + cap + test:
        c.seg["own"], c.seg["teacher"], c.seg["own argmax"] = MEMBERS[decide(c.y["own"], *rule)], MEMBERS[decide(c.y["teacher"])], MEMBERS[decide(c.y["own"])]
        for s in ("own", "teacher", "own argmax"):
            m = masks(c.seg[s])
            c.emb[s, "own"], c.emb[s, "thin"] = embed_own(emb, c.ch, m), embed_thin(thin, c.ch, m)

    # 2. clustering: among all settings within 0.3 points of the best mean of the two tuning sets, the one nearest their middle
    def hard(c, s, e, t, fa=None, fb=None):
        return cluster(c.seg[s], c.emb[s, e], plda if e == "own" else None, t, fa, fb)

    def run(cs, s, e, *g):
        return total([c.score(c.seg[s], hard(c, s, e, *g)) for c in cs])
    grid = list(itertools.product(np.round(np.arange(0.3, 1.3, 0.1), 2), (0.02, 0.04, 0.07, 0.12, 0.2, 0.35), (0.3, 0.8, 2.0, 5.0)))
    chosen = {}
    thins = [(t,) for t in np.round(np.arange(0.3, 1.4, 0.05), 2)]
    for s in ("own", "teacher", "own argmax"):
        for e, gs in (("own", grid), ("thin", thins)):
            v = np.array([(run(ami, s, e, *g)["der"] + run(cap, s, e, *g)["der"]) / 2 for g in gs])
            near = np.array([g for g, x in zip(gs, v) if x <= v.min() + 0.003])
            k = np.argmin((np.abs(near - np.median(near, 0)) / (np.std(near, 0) + 1e-6)).sum(1))
            chosen[s, e] = tuple(float(x) for x in near[k])
            print(s, e, "best", round(v.min(), 4), "plateau", len(near), "of", len(gs), "chosen", chosen[s, e], flush=True)
    if len(sys.argv) > 5:
        chosen["own", "own"] = tuple(float(v) for v in sys.argv[5:8])
    report["chosen (AHC threshold, Fa, Fb)"] = {f"{s} segmentation, {e} embedding": v for (s, e), v in chosen.items()}
    for name, cs in (("AMI tune", ami), ("captures", cap), ("AMI test", test)):
        if not cs:
            continue
        for s, r in (("own", rule), ("own", ("argmax", 0.0)), ("teacher", ("argmax", 0.0)), ("teacher", rule)):
            report[f"{name}: {s} segmentation, rule {r}, slots named by the reference"] = total([oracle_local(c, MEMBERS[decide(c.y[s], *r)]) for c in cs])
        report[f"{name}: own argmax segmentation + own embedding, settings of the rule"] = run(cs, "own argmax", "own", *chosen["own", "own"])
        report[f"{name}: share of chunk frames with speech, with overlap"] = {s: [round(float(np.mean(np.concatenate([f(c.seg[s]) for c in cs]))), 4)
            for f in (lambda g: (g.sum(2) >= 1).ravel(), lambda g: (g.sum(2) >= 2).ravel())] for s in ("own", "own argmax", "teacher")}
        for (s, e), g in chosen.items():
            report[f"{name}: {s} segmentation + {e} embedding"] = run(cs, s, e, *g)
            if name == "AMI test":
                report[f"{name}: {s} segmentation + {e} embedding, md-eval"] = md_eval([(c, c.turns(c.seg[s], hard(c, s, e, *g))) for c in cs])
        report[f"{name}: per clip, own + own"] = {os.path.basename(c.stem): round(run([c], "own", "own", *chosen["own", "own"])["der"], 4) for c in cs}
    # speed on one core
    x = np.tile(np.concatenate([c.x for c in ami + cap]), 2)[:160 * 16000]
    t0 = time.time(); ch = chunks(x); sg = segment(own, ch, *rule); t1 = time.time()
    em = embed_own(emb, ch, masks(sg)); t2 = time.time()
    h = cluster(sg, em, plda, *chosen["own", "own"]); rebuild(sg, h); t3 = time.time()
    sec = len(x) / 16000
    report["speed, one core"] = dict(audio_s=sec, segmentation_ms_per_chunk=round(1000 * (t1 - t0) / len(ch), 2), embedding_ms_per_chunk=round(1000 * (t2 - t1) / len(ch), 2),
                                     clustering_s=round(t3 - t2, 3), real_time_factor=round((t3 - t0) / sec, 5))
    report["verification EER"] = verification(emb, plda, thin, what == "all")
    json.dump(report, open(f"{WORK}/eval{'' if what == 'all' else '_tune'}.json", "w"), indent=1)
    for k, v in report.items():
        print(k, json.dumps(v))


if __name__ == "__main__":
    main()
