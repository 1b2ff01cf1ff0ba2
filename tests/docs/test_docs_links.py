"""Links between the pages lead somewhere, also where no builder looks: in a folder of plain Markdown."""

import re
from pathlib import Path

import pytest

import crewreturn

DOCS = Path(crewreturn.__file__).parent / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


def headings(page):
    """The anchors of a page's headings, as they are made on the web."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page):
    """Every link to a file of the repository names one, and every anchor is a heading there."""
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"\w+://", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_file() or (anchor and anchor not in headings(target)):
            broken.append(link)
    assert broken == []
