"""Small pictures and documents, made when they are needed."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from pypdf import PdfWriter


def seal_picture(colour: str = "red", size: int = 120) -> bytes:
    """A round seal without background, as PNG."""
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, size - 4, size - 4), outline=colour, width=5)
    draw.regular_polygon((size / 2, size / 2, size / 5), 5, fill=colour)
    return saved(image, "PNG")


def saved(image: Image.Image, form: str) -> bytes:
    """A picture as bytes of a file."""
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def small_pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
