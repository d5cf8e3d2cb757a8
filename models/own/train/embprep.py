"""Step 4: three speeds of every training utterance of a known speaker (0.9 and 1.1 count as new speakers), the others as they are,
and the teacher's mean embedding of each.

-> WORK/emb_audio.npy (int16), WORK/emb_utts.json, WORK/emb_teach.npy f4 (utterances, 64), L2-normalised
The teacher is ThinResNet (VoxCeleb2, MIT; see ../../README.md for its front end), averaged over windows of 1.32 s every 1 s.
"""
import json, os
import numpy as np, onnxruntime as ort, torch
from scipy.signal import resample_poly

WORK = os.environ.get("WORK", "work")
THIN = os.environ["THIN"]
WIN = 20720


def htk_bank():
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    f = np.linspace(0, 8000, 257)
    hz = 700 * (10 ** (np.linspace(mel(20), mel(7600), 82) / 2595) - 1)
    up = (f[:, None] - hz[:-2]) / np.diff(hz)[:-1]
    down = (hz[2:] - f[:, None]) / np.diff(hz)[1:]
    return np.maximum(0, np.minimum(up, down)).astype(np.float32)


BANK = torch.from_numpy(htk_bank())
HANN = torch.zeros(512); HANN[56:456] = torch.hann_window(400)


class Thin:
    """ThinResNet on a batch of windows of 1.32 s; embed() averages the windows of one stretch of speech."""
    def __init__(self):
        so = ort.SessionOptions(); so.intra_op_num_threads = 1
        self.s = ort.InferenceSession(THIN, so, providers=["CPUExecutionProvider"])

    def windows(self, w):
        w = torch.from_numpy(np.ascontiguousarray(w, np.float32))
        p = torch.fft.rfft(w.unfold(-1, 512, 160) * HANN).abs() ** 2
        m = torch.log((p @ BANK).clamp(min=1e-9)).transpose(1, 2)
        m = torch.nn.functional.pad(m, (0, 128 - m.shape[2]))
        m = m - m.mean(-1, keepdim=True)
        return self.s.run(None, {"feats": m[:, None].numpy()})[0]

    def cut(self, x, hop):
        if len(x) < WIN:
            x = np.tile(x, -(-WIN // len(x)))[:WIN]
        return np.stack([x[o:o + WIN] for o in range(0, len(x) - WIN + 1, hop)])

    def embed(self, x, hop=10560):
        e = self.windows(self.cut(x, hop)).mean(0)
        return e / (np.linalg.norm(e) + 1e-9)


def main():
    torch.set_num_threads(1)
    audio = np.load(f"{WORK}/audio.npy", mmap_mode="r")
    utts = [u for u in json.load(open(f"{WORK}/utts.json")) if u["set"] != "eval_ls"]
    thin, out, rows, teach, off = Thin(), [], [], [], 0
    batch, owner = [], []
    sums = {}

    def flush():
        if not batch:
            return
        e = thin.windows(np.stack(batch))
        for k, v in zip(owner, e):
            sums[k] = sums.get(k, 0) + v
        batch.clear(); owner.clear()

    for u in utts:
        x = np.asarray(audio[u["off"]:u["off"] + u["len"]], np.float32) / 32768
        if u["set"] in ("vits", "mimic3", "demo") and len(x) > 20 * 16000:
            x = x[:20 * 16000]
        for speed, (a, b) in ((1.0, (1, 1)), (0.9, (10, 9)), (1.1, (10, 11)))[:3 if u["spk"] else 1]:
            y = x if a == b else resample_poly(x, a, b).astype(np.float32)
            for w in thin.cut(y, 16000):
                batch.append(w); owner.append(len(rows))
            if len(batch) >= 128:
                flush()
            spk = None if u["spk"] is None else f"{u['spk']}*{speed}"
            rows.append(dict(off=off, len=len(y), spk=spk, set=u["set"]))
            out.append(np.clip(y * 32768, -32768, 32767).astype(np.int16)); off += len(y)
    flush()
    e = np.stack([sums[k] for k in range(len(rows))])
    np.save(f"{WORK}/emb_teach.npy", (e / np.linalg.norm(e, axis=1, keepdims=True)).astype(np.float32))
    np.save(f"{WORK}/emb_audio.npy", np.concatenate(out))
    json.dump(rows, open(f"{WORK}/emb_utts.json", "w"))
    print("utterances", len(rows), "hours", off / 16000 / 3600, "labelled classes", len({r["spk"] for r in rows if r["spk"]}))


if __name__ == "__main__":
    main()
