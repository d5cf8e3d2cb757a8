"""Step 2: simulated 10 s conversations with exact ground truth, labelled by the segmentation teacher.

usage: simulate.py SEED COUNT      -> WORK/sim/SEED_NN.npz shards of 250 chunks:
  mel   f2 (n, 1182, 64)  log-mel features of the student's front end (frontend.py)
  teach f2 (n, 589, 7)    teacher log-probabilities
  gt    u1 (n, 589)       ground-truth powerset class after the best permutation onto the teacher (255: none, real audio)
Every third chunk is cut from real conversations (conversations.py), augmented, labelled by the teacher alone.
"""
import itertools, json, os, sys
import numpy as np, onnxruntime as ort, soundfile as sf, torch
from scipy.signal import butter, oaconvolve, sosfilt
from augment import colour_noise, hum, rir
from frontend import LogMel

WORK = os.environ.get("WORK", "work")
TEACHER = os.environ["TEACHER"]
N, F = 160000, 589
REALONLY = os.environ.get("REALONLY") == "1"   # pieces of real conversations only
SETS = [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]
PERMS = list(itertools.permutations(range(3)))
# PC[p][c]: the class that class c becomes when slot s is renamed PERMS[p][s]
PC = np.array([[SETS.index(tuple(sorted(p[s] for s in c))) for c in SETS] for p in PERMS])


class Simulator:
    """One conversation of 10 s at a time, of one of four kinds: "headset" (a sum of close microphones, as AMI's Mix-Headset),
    "far" (one microphone in an image-method room), "phone" (300-3400 Hz, companded) and "studio"."""
    def __init__(self, seed):
        self.r = r = np.random.default_rng(seed)
        self.audio = np.load(f"{WORK}/audio.npy", mmap_mode="r")
        utts = [u for u in json.load(open(f"{WORK}/utts.json")) if u["set"] != "eval_ls"]
        by = {}
        for i, u in enumerate(utts):
            by.setdefault(u["spk"] or f"{u['set']}{i}", []).append(u)
        self.groups = []
        for names in (["libri", "vctk"], ["vits", "mimic3"], ["pv"], ["demo"]):
            self.groups.append([v for v in by.values() if v[0]["set"] in names])
        self.rooms = np.load(f"{WORK}/rirs.npy", mmap_mode="r")
        rows = json.load(open(f"{WORK}/conv.json"))
        self.conv = [sf.read(f"{WORK}/conv/{c['name']}.wav", dtype="float32")[0] for c in rows]
        self.convp = np.array([c["weight"] * (len(x) > 8 * 16000) for c, x in zip(rows, self.conv)]); self.convp /= self.convp.sum()
        self.noise = []
        for k in range(60):
            z = colour_noise(r, N) if k % 8 else hum(r, N)
            self.noise.append((z / (np.sqrt((z ** 2).mean()) + 1e-9)).astype(np.float32))

    def speaker(self):
        g = self.groups[self.r.choice(4, p=[0.52, 0.3, 0.1, 0.08])]
        return g[self.r.integers(len(g))]

    def background(self):
        return np.roll(self.noise[self.r.integers(len(self.noise))], self.r.integers(N))

    def speech(self, utts, n):
        """n samples of one speaker: pieces of utterances one after another, and their voice activity per sample."""
        x = np.zeros(0, np.float32)
        while len(x) < n:
            u = utts[self.r.integers(len(utts))]
            o = u["off"] + self.r.integers(0, max(1, u["len"] - 8000))
            a = np.asarray(self.audio[o:min(u["off"] + u["len"], o + n)], np.float32) / 32768
            x = np.concatenate([x, a])
        x = x[:n]
        k = n // 160
        e = 10 * np.log10((x[:k * 160].reshape(k, 160) ** 2).mean(1) + 1e-9)
        on = e > np.percentile(e, 95) - 28
        on = closing(on, 12)   # close gaps under 130 ms, drop islands under 60 ms
        v = np.repeat(on, 160)
        return x, np.pad(v, (0, n - len(v)), mode="edge")

    def turns(self, k):
        """[(speaker, start, length)] of a conversation of k people: turns, interruptions, back-channels, long pauses"""
        r, out = self.r, []
        gap_mean, gap_sd = r.choice([-0.7, -0.3, 0.0, 0.3, 0.8, 1.5], p=[0.12, 0.2, 0.25, 0.2, 0.15, 0.08]), r.uniform(0.1, 0.8)
        med = r.choice([0.6, 1.1, 2.0, 4.0], p=[0.2, 0.3, 0.3, 0.2])
        chan = r.choice([0.1, 0.3, 0.6])
        t, cur = -r.uniform(0, 3), r.integers(k)
        while t < 10:
            d = float(np.clip(med * np.exp(0.7 * r.normal()), 0.25, 9))
            out.append((cur, t, d))
            if k > 1:
                for _ in range(r.poisson(chan * min(1, d / 2))):   # "yeah", "mm": inside somebody's turn
                    o = r.choice([i for i in range(k) if i != cur])
                    out.append((o, t + r.uniform(0, d), r.uniform(0.25, 0.9)))
            t += d + max(-0.8 * d, gap_mean + gap_sd * r.normal())
            if r.random() < 0.06:
                t += r.uniform(1, 4)
            if k > 1 and r.random() < 0.85:
                cur = r.choice([i for i in range(k) if i != cur])
        return out

    def conversation(self):
        r = self.r
        kind = r.choice(["headset", "far", "phone", "studio"], p=[0.36, 0.3, 0.12, 0.22])
        k = r.choice(5, p=[0.03, 0.17, 0.36, 0.3, 0.14]) if kind != "phone" else r.choice(3, p=[0.03, 0.22, 0.75])
        mix, act = np.zeros(N, np.float32), np.zeros((k, N), bool)
        spread = {"headset": 18, "far": 10, "phone": 14, "studio": 7}[kind] * r.random()
        room = np.asarray(self.rooms[r.integers(len(self.rooms))], np.float32)
        srcs = []
        for i in range(k):
            h = None
            if kind == "far" or kind == "headset" and r.random() < 0.3 or kind == "studio" and r.random() < 0.25:
                h = room[i % 5].copy()
                if kind != "far":                      # close to the microphone: the direct path stands out
                    h[40:] *= 10 ** (-r.uniform(6, 16) / 20)
            srcs.append((self.speaker(), r.uniform(0.86, 1.2), 10 ** (-spread * r.random() / 20), h))
        tracks = np.zeros((k, N), np.float32)
        if k:
            for i, t, d in self.turns(k):
                self.place(tracks, act, srcs, i, t, d)
        for i, (_, _, g, h) in enumerate(srcs):
            y = tracks[i]
            rms = np.sqrt((y[act[i]] ** 2).mean()) if act[i].any() else 0
            if rms > 0:
                y = y * (0.1 * g / rms)
            if kind == "headset" and r.random() < 0.6:      # the neighbours' microphones hear it too, later and fainter
                for _ in range(r.integers(1, 4)):
                    o = r.integers(20, 160)
                    y = y + np.pad(y, (o, 0))[:N] * 10 ** (-r.uniform(12, 26) / 20) * r.choice([-1, 1])
            if h is not None:
                y = oaconvolve(y, h)[:N].astype(np.float32)
            mix += y
        return mix, act, kind

    def place(self, tracks, act, srcs, i, t, d):
        r = self.r
        utts, speed, _, _ = srcs[i]
        a, b = int(max(t, 0) * 16000), int(min(t + d, 10) * 16000)
        if b - a < 2400:
            return
        m = int((b - a) * speed) + 2
        x, v = self.speech(utts, m)
        pos = np.arange(b - a) * speed
        x = np.interp(pos, np.arange(m), x).astype(np.float32)
        v = v[np.minimum(pos.astype(int), m - 1)]
        env = np.minimum(1, np.minimum(np.arange(b - a), np.arange(b - a)[::-1]) / 160).astype(np.float32)
        db = r.normal(0, 2.5) + np.linspace(0, -r.choice([0, 0, 4, 9]), b - a)     # turns differ; sentences sink
        if d < 1:
            db = db - r.uniform(0, 8)                                              # back-channels are quiet
        tracks[i, a:b] = x * env * (10 ** (db / 20)).astype(np.float32)
        act[i, a:b] = v

    def spoil(self, x, kind, real=False):
        """Noise, hum, babble, band limits, companding, clipping, level: the same for all of the chunk."""
        r = self.r
        e = np.sqrt((x[:N // 160 * 160].reshape(-1, 1600) ** 2).mean(1))
        lvl = np.percentile(e, 90) + 1e-4
        if r.random() < (0.35 if real else 0.92):
            snr = r.uniform(15, 40) if real else r.choice([r.uniform(25, 50), r.uniform(12, 30), r.uniform(2, 18)], p=[0.4, 0.4, 0.2])
            x = x + self.background() * (lvl * 10 ** (-snr / 20))
            if r.random() < 0.1:
                x = x + self.background() * (lvl * 10 ** (-(snr + 3) / 20))
        if r.random() < (0.03 if real else 0.1):    # babble
            z = sum(self.speech(self.speaker(), N)[0] for _ in range(r.integers(3, 8)))
            if r.random() < 0.6:
                z = oaconvolve(z, np.asarray(self.rooms[r.integers(len(self.rooms)), 0], np.float32))[:N]
            x = x + z * (lvl * 10 ** (-r.uniform(14, 28) / 20) / (np.sqrt((z ** 2).mean()) + 1e-9))
        if kind == "phone":
            x = sosfilt(PHONE, x)
            m = np.abs(x).max() + 1e-6
            c = np.round(127 * np.sign(x) * np.log1p(255 * np.abs(x) / m) / np.log(256)) / 127
            x = np.sign(c) * np.expm1(np.abs(c) * np.log(256)) / 255 * m
        else:
            q = r.random()
            if q < 0.12:      # the band limit of a low-rate codec
                x = sosfilt(butter(8, r.uniform(3500, 7500) / 8000, "low", output="sos"), x)
            elif q < 0.2:
                x = sosfilt(butter(2, r.uniform(80, 300) / 8000, "high", output="sos"), x)
            if r.random() < 0.1:
                x = codec(x.astype(np.float32), r)
        x = x / (np.abs(x).max() + 1e-6) * 10 ** (r.uniform(-26, 0) / 20)
        if r.random() < 0.05:
            x = np.clip(x, -0.5 * np.abs(x).max(), 0.5 * np.abs(x).max())
        return x.astype(np.float32)

    def cut(self):
        r = self.r
        a = self.conv[r.choice(len(self.conv), p=self.convp)]
        speed = r.choice([1.0, r.uniform(0.87, 1.15)])
        m = int(N * speed) + 2
        if len(a) <= m:
            a = np.concatenate([a, a[::1]])[:m + 1]
        o = r.integers(len(a) - m)
        x = a[o:o + m]
        if speed != 1.0:
            x = np.interp(np.arange(N) * speed, np.arange(m), x)
        return x[:N].astype(np.float32)

    def meeting(self):
        """A piece of a real conversation, sometimes with a second one, a simulated voice, a room or a wandering level on top."""
        r = self.r
        x = self.cut()
        rms = lambda y: np.percentile(np.sqrt((y.reshape(-1, 1600) ** 2).mean(1)), 90) + 1e-5
        q = r.random()
        if q < 0.2:
            y = self.cut(); x = x + y * (rms(x) / rms(y) * 10 ** (r.uniform(-14, 4) / 20))
        elif q < 0.45:
            y, _, _ = self.conversation(); x = x + y * (rms(x) / rms(y) * 10 ** (r.uniform(-14, 6) / 20))
        elif q < 0.55:       # a splice: the end of one conversation, the beginning of another
            y = self.cut(); o = r.integers(N // 4, 3 * N // 4)
            x = np.concatenate([x[:o], y[o:] * (rms(x) / rms(y) * 10 ** (r.uniform(-10, 10) / 20))])
        if r.random() < 0.25:
            h = np.asarray(self.rooms[r.integers(len(self.rooms)), r.integers(5)], np.float32).copy()
            h[40:] *= 10 ** (-r.uniform(0, 12) / 20)
            x = oaconvolve(x, h)[:N]
        if r.random() < 0.3:
            x = x * 10 ** (np.interp(np.arange(N), np.linspace(0, N, 6), r.uniform(-12, 0, 6)) / 20)
        return self.spoil(x.astype(np.float32), "phone" if r.random() < 0.06 else "real", real=True)


PHONE = butter(4, [300 / 8000, 3400 / 8000], "band", output="sos")


def codec(x, r):
    """What a low-rate codec does to the spectrum: bins far below their frame's loudest go, more of them high up."""
    f = np.fft.rfft(np.pad(x, (0, -len(x) % 512)).reshape(-1, 512), axis=1)
    m = 20 * np.log10(np.abs(f) + 1e-9)
    f[m < m.max(1, keepdims=True) - r.uniform(28, 50) + np.linspace(-6, 14, 257)] = 0
    return np.fft.irfft(f, 512, axis=1).ravel()[:len(x)].astype(np.float32)


def closing(on, k):
    on = on.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[1], on.astype(int), [1]])))
    for a, b in zip(edges[::2], edges[1::2]):
        if b - a <= k and a > 0 and b < len(on):
            on[a:b] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(int), [0]])))
    for a, b in zip(edges[::2], edges[1::2]):
        if b - a <= 6:
            on[a:b] = False
    return on


CENTRE = (495 + 270 * np.arange(F)).astype(int)


def powerset(act, logp):
    """Ground truth as classes: the three most active speakers, at most two at once, renamed to fit the teacher best."""
    a = act[:, CENTRE]
    order = np.argsort(-a.sum(1), kind="stable")
    a = a[order[:3]]
    if len(a) < 3:
        a = np.vstack([a, np.zeros((3 - len(a), F), bool)])
    code = a[0] + 2 * a[1] + 4 * a[2]
    table = np.array([0, 1, 2, 4, 3, 5, 6, 4])  # 7 = all three: no such class, called {0, 1}
    c = table[code]
    best = max(range(6), key=lambda p: logp[np.arange(F), PC[p][c]].sum())
    return PC[best][c].astype(np.uint8)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    so = ort.SessionOptions(); so.intra_op_num_threads = 1
    teacher = ort.InferenceSession(TEACHER, so, providers=["CPUExecutionProvider"])
    front = LogMel().eval()
    sim = Simulator(seed)
    os.makedirs(f"{WORK}/sim", exist_ok=True)
    mel, teach, gt, shard = [], [], [], 0
    for i in range(count):
        if i % 3 == 2 or REALONLY:
            x, act = sim.meeting(), None
        else:
            x, act, kind = sim.conversation(); x = sim.spoil(x, kind)
        lp = teacher.run(None, {"input_values": x[None, None]})[0][0]
        with torch.no_grad():
            m = front(torch.from_numpy(x)[None])[0]
        mel.append(m.numpy().astype(np.float16)); teach.append(lp.astype(np.float16))
        gt.append(powerset(act, lp) if act is not None and len(act) else np.full(F, 0 if act is not None else 255, np.uint8))
        if len(mel) == 250 or i == count - 1:
            np.savez(f"{WORK}/sim/tmp{seed}.npz", mel=np.stack(mel), teach=np.stack(teach), gt=np.stack(gt))
            os.rename(f"{WORK}/sim/tmp{seed}.npz", f"{WORK}/sim/{seed}_{shard:02d}.npz")
            ok = [g != 255 for g in gt]
            agree = np.mean([(t.argmax(1) == g).mean() for t, g in zip(teach, gt) if g[0] != 255])
            print(f"seed {seed} shard {shard}: teacher = ground truth on {agree:.3f} of frames", flush=True)
            mel, teach, gt, shard = [], [], [], shard + 1


if __name__ == "__main__":
    main()
