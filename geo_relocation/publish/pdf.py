"""A Word document as PDF, by LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from geo_relocation.errors import OutputError
from geo_relocation.messages import _

_NAMES = ("soffice", "libreoffice")
_SECONDS = 120.0


def pdf_of(document: bytes) -> bytes:
    """The content of a PDF file of a Word document.

    LibreOffice runs with a profile of its own, so that an open window of the person who asks is
    no hindrance.

    Parameters
    ----------
    document
        Content of a ``.docx`` file.

    Raises
    ------
    OutputError
        If LibreOffice is not installed, or does not make a file of it.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise OutputError(
            _("LibreOffice, which makes PDF files, was not found."),
            hint=_("Install it, or write the Word document and save it as PDF from there."),
        )
    with tempfile.TemporaryDirectory(prefix="geo-relocation-") as folder:
        source = Path(folder) / "page.docx"
        source.write_bytes(document)
        profile = (Path(folder) / "profile").as_uri()
        called = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        called += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            done = subprocess.run(called, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - no shell; nothing in it comes from a user
        except subprocess.TimeoutExpired as error:
            raise OutputError(
                _("LibreOffice did not finish within {seconds:n} s.", seconds=_SECONDS)
            ) from error
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise OutputError(
                _("LibreOffice made no PDF of the document."),
                why=done.stderr.decode("utf-8", "replace").strip()[:500],
            )
        return made.read_bytes()
