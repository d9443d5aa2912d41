"""The report's page as PDF. The page is self-contained, so nothing is fetched for it."""

from __future__ import annotations

from typing import Any


def report_pdf(page: str) -> bytes:
    """The page on A4. The same page gives the same bytes; WeasyPrint is imported only here.

    Only data inside the page is read: a network or file address in it is refused and left out.
    """
    import weasyprint  # pyright: ignore[reportMissingTypeStubs]

    own: Any = weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    html: Any = weasyprint.HTML(string=page, url_fetcher=own)
    return html.write_pdf()
