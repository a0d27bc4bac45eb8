"""Makes the icons beside the master: `./x icons`. With `--check`, says whether those that are there are its.

Linux and the windows take PNGs, Windows one file with all sizes, macOS another.
"""

import io
import pathlib
import struct
import sys

import resvg_py
from PIL import Image

FOLDER = pathlib.Path(__file__).parent
SIDES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
# The first is what a window is given on Windows.
ICO_SIDES = [32, 16, 24, 48, 64, 128, 256]


def ico(pngs):
    """The icon of Windows. Its format allows PNG for the largest picture alone."""
    pictures = [pngs[side] if side == 256 else bitmap(pngs[side]) for side in ICO_SIDES]
    header = struct.pack("<3H", 0, 1, len(pictures))
    start = len(header) + 16 * len(pictures)
    for side, picture in zip(ICO_SIDES, pictures):
        # 256 is written as 0.
        header += struct.pack("<4B2H2I", side % 256, side % 256, 0, 0, 1, 32, len(picture), start)
        start += len(picture)
    return header + b"".join(pictures)


def bitmap(png):
    """Rows from the bottom up, as blue, green, red and alpha, and a mask that hides nothing."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    side = image.width
    mask = bytes((side + 31) // 32 * 4 * side)
    pixels = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGRA")
    return struct.pack("<3I2H6I", 40, side, 2 * side, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0) + pixels + mask


def icns(pngs):
    """The icon of macOS: PNGs by name, some of them for screens of twice the density."""
    names = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic13": 256, b"ic08": 256, b"ic14": 512, b"ic09": 512}
    names[b"ic10"] = 1024
    pictures = [struct.pack(">4sI", name, 8 + len(pngs[side])) + pngs[side] for name, side in names.items()]
    return struct.pack(">4sI", b"icns", 8 + sum(map(len, pictures))) + b"".join(pictures)


def icons():
    """Every icon by its file's name."""
    master = (FOLDER / "hartomat.svg").read_text()
    pngs = {
        side: bytes(resvg_py.svg_to_bytes(svg_string=master, width=side, height=side, skip_system_fonts=True))
        for side in SIDES
    }
    files = {f"{side}.png": png for side, png in pngs.items()}
    return {**files, "hartomat.ico": ico(pngs), "hartomat.icns": icns(pngs)}


def main():
    is_check = sys.argv[1:] == ["--check"]
    for name, made in icons().items():
        path = FOLDER / name
        if not is_check:
            path.write_bytes(made)
        elif not path.exists() or path.read_bytes() != made:
            sys.exit(f"icons/{name} isn't what its master gives: run ./x icons")
    if is_check:
        check_containers()


def check_containers():
    """Another reader finds every size in the files with many, and the same picture as in the PNG."""
    windows, macos = Image.open(FOLDER / "hartomat.ico").ico, Image.open(FOLDER / "hartomat.icns").icns
    found = [("ico", side, windows.getimage((side, side))) for side in ICO_SIDES]
    found += [("icns", size[0] * size[2], macos.getimage(size)) for size in macos.itersizes()]
    assert {side for kind, side, _ in found if kind == "icns"} == {32, 64, 128, 256, 512, 1024}
    for kind, side, image in found:
        png = Image.open(FOLDER / f"{side}.png")
        if image.convert("RGBA").tobytes() != png.convert("RGBA").tobytes():
            sys.exit(f"icons/hartomat.{kind} has another picture of {side} pixels than icons/{side}.png")


if __name__ == "__main__":
    main()
