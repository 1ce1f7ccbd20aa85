"""A file is what its content says, and only if its name says the same."""

import io
import zipfile
from pathlib import Path

import pytest

from gateway.attachments.types import TYPE_OF_END, AttachmentType, media_type_of
from services.contracts.attachments import MEDIA_TYPES

TEMPLATES = Path(__file__).parents[3] / "gateway" / "documents" / "templates"


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


def box(brand: bytes, *others: bytes) -> bytes:
    brands = brand + b"\0\0\0\0" + b"".join(others)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + b"\0" * 64


JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64
PROGRAM = b"MZ\x90\0" + b"\0" * 64
FILES = {
    "a.pdf": b"%PDF-1.7\n",
    "a.jpg": JPEG,
    "a.JPEG": JPEG,
    "a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "a.gif": b"GIF89a" + b"\0" * 64,
    "a.webp": b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 64,
    "a.heic": box(b"heic", b"mif1"),
    "a.docx": (TEMPLATES / "circular.docx").read_bytes()[:8192],
    "a.xlsx": archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "a.doc": OLD_OFFICE,
    "a.wps": OLD_OFFICE,
    "a.xls": OLD_OFFICE,
    "a.et": OLD_OFFICE,
    "a.txt": "群众反映的情况".encode("gb18030"),
    "a.mp3": b"ID3\x04" + b"\0" * 64,
    "a.m4a": box(b"M4A ", b"mp42", b"isom"),
    "a.mp4": box(b"isom", b"mp41"),
    "a.mov": box(b"qt  "),
}


def test_every_allowed_type_is_tried() -> None:
    assert {name.rpartition(".")[2].lower() for name in FILES} == set(TYPE_OF_END)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_what_it_is_called_is_known(name: str) -> None:
    media_type = media_type_of(name=name, head=FILES[name])
    assert name.rpartition(".")[2].lower() in MEDIA_TYPES[media_type]


@pytest.mark.parametrize("name", [name for name in FILES if name != "a.txt"])
@pytest.mark.parametrize("head", [PROGRAM, b"#!/bin/sh\nrm -rf /", b"", archive("setup.exe")])
def test_what_is_something_else_is_refused_and_told_what_is_allowed(name: str, head: bytes) -> None:
    with pytest.raises(AttachmentType, match=r"pdf、jpg") as refused:
        media_type_of(name=name, head=head)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["a.exe", "a.zip", "a.html", "a.svg", "a", "a.pdf.exe", "a.docm", ""])
def test_what_is_not_on_the_list_is_refused(name: str) -> None:
    with pytest.raises(AttachmentType):
        media_type_of(name=name, head=b"%PDF-1.7")


def test_one_document_does_not_come_as_another() -> None:
    for name, other in (("a.docx", "a.xlsx"), ("a.pdf", "a.jpg"), ("a.txt", "a.pdf"), ("a.mp3", "a.mp4")):
        with pytest.raises(AttachmentType):
            media_type_of(name=name, head=FILES[other])
        with pytest.raises(AttachmentType):
            media_type_of(name="a.txt", head=FILES["a.png"])


def test_a_text_that_is_cut_within_a_character_is_a_text() -> None:
    assert media_type_of(name="a.txt", head="信访".encode()[:5]) == "text/plain"
