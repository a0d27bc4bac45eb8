"""Makes the PNG icons beside the master: `./x icons`."""

import pathlib

import resvg_py

SIDES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]


def main():
    folder = pathlib.Path(__file__).parent
    master = (folder / "hartomat.svg").read_text()
    for side in SIDES:
        png = resvg_py.svg_to_bytes(svg_string=master, width=side, height=side, skip_system_fonts=True)
        (folder / f"{side}.png").write_bytes(bytes(png))


if __name__ == "__main__":
    main()
