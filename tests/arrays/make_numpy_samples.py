"""Writes the files in samples/, with NumPy (made with 2.4). Run: python3 make_numpy_samples.py

What each array must read as is written beside them in expected.jsonl, a line each: file, name (null in an npy),
dtype, shape, and the values in C order as text (floats by repr, so that they are exact).
"""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np

SAMPLES = Path(__file__).parent / "samples"
DTYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]


def values(dtype, shape):
    """Extremes first, then a run of small numbers."""
    kind = np.dtype(dtype)
    count = int(np.prod(shape, dtype=int))
    flat = np.arange(count).astype(kind)
    if kind.kind == "f":
        info = np.finfo(kind)
        special = [np.nan, np.inf, -np.inf, -0.0, info.max, info.smallest_subnormal, 0.1]
    elif kind.kind == "b":
        special = [True, False]
    else:
        special = [np.iinfo(kind).min, np.iinfo(kind).max]
    special = special[:count]
    flat[: len(special)] = special
    return flat.reshape(shape)


def describe(file, name, array):
    kind = "U" if array.dtype.kind == "U" else array.dtype.kind + str(array.dtype.itemsize)
    kind = "f4" if kind == "f2" else kind  # float16 is widened
    flat = [str(v) if kind == "U" else repr(v.item()) for v in array.ravel(order="C")]
    return {"file": file, "name": name, "dtype": kind, "shape": list(array.shape), "values": flat}


def npy(array, version=None, allow_pickle=False):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version, allow_pickle=allow_pickle)
    return stream.getvalue()


def with_header(text, data, version=(1, 0)):
    """An npy whose header is given by hand, as other writers (and Python 2) have written them."""
    header = (text + "\n").encode("latin1")
    length = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + length + header + data


def main():
    SAMPLES.mkdir(exist_ok=True)
    for old in SAMPLES.iterdir():
        old.unlink()
    expected = []

    arrays = {}
    for dtype in DTYPES:
        name = np.dtype(dtype).str[1:]
        arrays[f"{name}_c"] = values(dtype, (2, 3, 4))
        arrays[f"{name}_fortran"] = np.asfortranarray(values(dtype, (2, 3, 4)))
        big = np.dtype(dtype).newbyteorder(">")
        arrays[f"{name}_big"] = values(dtype, (3, 4)).astype(big)
        arrays[f"{name}_big_fortran"] = np.asfortranarray(values(dtype, (3, 4)).astype(big))
        arrays[f"{name}_scalar"] = values(dtype, (1,)).reshape(())
        arrays[f"{name}_empty"] = values(dtype, (0, 3))
    words = np.array([["a", "Grüße", ""], ["日本", "\U0001f600x", "SPEAKER_00"]])
    arrays["text"] = words
    arrays["text_big_fortran"] = np.asfortranarray(words.astype(">U12"))
    arrays["text_scalar"] = np.array("pyannote")
    arrays["text_empty"] = np.array([], dtype="U")
    arrays["many_axes"] = np.asfortranarray(np.arange(64, dtype="<i2").reshape((2,) * 6))
    arrays["folder/名前"] = np.array([1.5])

    np.savez(SAMPLES / "stored.npz", **arrays)
    np.savez_compressed(SAMPLES / "deflated.npz", **arrays)
    for file in ["stored.npz", "deflated.npz"]:
        expected += [describe(file, name, array) for name, array in arrays.items()]

    wide = {"q": np.arange(6.0).reshape(2, 3), "labels": np.arange(5)}
    # Records of zip64 without gigabytes: a limit of 10 makes zipfile write them for everything.
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 10
    np.savez(SAMPLES / "zip64.npz", **wide)
    zipfile.ZIP64_LIMIT = limit
    expected += [describe("zip64.npz", name, array) for name, array in wide.items()]
    np.savez(SAMPLES / "no_arrays.npz")
    with zipfile.ZipFile(SAMPLES / "comment.npz", "w") as archive:
        archive.writestr("q.npy", npy(wide["q"]))
        archive.comment = b"not the end: PK\x05\x06 is inside this comment of the archive"
    expected.append(describe("comment.npz", "q", wide["q"]))

    column = np.arange(3.0)
    for version in [(1, 0), (2, 0), (3, 0)]:
        file = f"version_{version[0]}.npy"
        (SAMPLES / file).write_bytes(npy(column, version))
        expected.append(describe(file, None, column))
    data = column.tobytes()
    by_hand = {
        "python_2.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }",
        "other_writer.npy": '{ "shape" : ( 3 , ) ,\t"fortran_order":True,"descr": "<f8" }   ',
        "unicode_keys.npy": "{u'descr': u'<f8', u'fortran_order': False, u'shape': (3L,)}",
        "native_order.npy": "{'descr': '=f8', 'fortran_order': False, 'shape': (3,)}",
        "no_order.npy": "{'descr': 'f8', 'fortran_order': False, 'shape': (3,), }",
        "by_name.npy": "{'descr': 'float64', 'fortran_order': False, 'shape': (3,), }",
        "by_letter.npy": "{'descr': '<d', 'fortran_order': False, 'shape': (3,), }",
        "no_order_bar.npy": "{'descr': '|f8', 'fortran_order': False, 'shape': (3,), }",
        "other_numbers.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (0x3,), } # by hand",
        "escaped.npy": "{'\\x64escr': '<\\u0066' '8', 'fortran_order': False, 'shape': ((3),)}",
    }
    for file, header in by_hand.items():
        content = with_header(header, data)
        (SAMPLES / file).write_bytes(content)
        read = np.lib.format.read_array(io.BytesIO(content))  # numpy takes it
        assert np.array_equal(read, column), file
        expected.append(describe(file, None, column))

    refused = {
        "object.npy": npy(np.array([1, "a", None], dtype=object), allow_pickle=True),
        "record.npy": npy(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i2")])),
        "raw.npy": npy(np.zeros(2, dtype="V2")),  # as which ml_dtypes' bfloat16 is saved
        "long_double.npy": npy(np.zeros(2, dtype="<f16")),
        "sub_array.npy": with_header("{'descr': ('<f8', (3,)), 'fortran_order': False, 'shape': ()}", data),
        "complex.npy": npy(np.zeros(2, dtype="<c8")),
        "bytes.npy": npy(np.array([b"ab"])),
        "time.npy": npy(np.array(["2020-01-01"], dtype="datetime64[D]")),
    }
    for file, content in refused.items():
        (SAMPLES / file).write_bytes(content)
    np.savez(SAMPLES / "object_inside.npz", fine=column, objects=np.array([{}], dtype=object))
    with zipfile.ZipFile(SAMPLES / "foreign_inside.npz", "w") as archive:
        archive.writestr("README.txt", "How these arrays were made")
        archive.writestr("objects.npy", npy(np.array([{}, None], dtype=object), allow_pickle=True))
        archive.writestr("bytes.npy", npy(np.array([b"ab"])))
        archive.writestr("record.npy", npy(np.zeros(2, dtype=[("start", "<f4"), ("speaker", "<i2")])))
        archive.writestr(zipfile.ZipInfo("folder/"), b"")
        archive.writestr("fine.npy", npy(column))
    fine = npy(column)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("fine.npy", fine)
        archive.comment = b"a comment"
    for file, behind in {
        "zeros_behind.npz": bytes(64),
        "blocks_behind.npz": bytes(200_000),
        "text_behind.npz": b"-- appended by a mail program, PK\x05\x06 and all --" + bytes(40),
    }.items():
        (SAMPLES / file).write_bytes(stream.getvalue() + behind)
        expected.append(describe(file, "fine", column))
    with zipfile.ZipFile(SAMPLES / "lzma.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("q.npy", npy(column))

    lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in expected]
    (SAMPLES / "expected.jsonl").write_text("".join(lines), encoding="utf-8")


main()
