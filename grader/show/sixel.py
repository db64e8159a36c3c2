"""Pictures as sixels: six rows at a time, one colour after the other.

Foot, Windows Terminal, Konsole, mlterm and Contour show them.
"""

from __future__ import annotations

import io
import re

COLOURS = 64
"""Enough for figures, and few enough to be quick over a slow line."""


def as_sixels(png: bytes, width: int) -> str:
    """Return what makes a terminal show a PNG picture, at most WIDTH pixels wide."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGBA")
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    paper = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(paper, picture).convert("RGB").quantize(COLOURS)
    palette = (flat.getpalette() or [])[: 3 * COLOURS]
    parts = [f'\x1bP0;1;0q"1;1;{flat.width};{flat.height}']
    for number in range(len(palette) // 3):
        red, green, blue = (round(value / 2.55) for value in palette[3 * number : 3 * number + 3])
        parts.append(f"#{number};2;{red};{green};{blue}")
    pixels = np.asarray(flat)
    for top in range(0, flat.height, 6):
        band = pixels[top : top + 6]
        bits = (1 << np.arange(len(band), dtype=np.uint8))[:, None]
        rows = [
            f"#{colour}" + _shortened((63 + ((band == colour) * bits).sum(axis=0)).tolist())
            for colour in np.unique(band)
        ]
        parts.append("$".join(rows) + "-")
    return "".join(parts) + "\x1b\\"


def _shortened(codes: list[int]) -> str:
    """Write each run of one character once, with its length."""
    text = "".join(map(chr, codes))
    return re.sub(r"(.)\1{3,}", lambda run: f"!{len(run[0])}{run[1]}", text)
