"""`gallery`: the page, where it goes, what it links to, and how it behaves in a browser."""

import html.parser
import json
import os
import stat
import unittest
import urllib.parse

import chromium
import pictures
from harness import Case

PAGE = ".thumbs/gallery/index.html"
ODD_NAMES = ['a "b".png', "<i>.png", "100%.png", "#1?.png", "new\nline.png", "it's & co.png", os.fsdecode(b"\xff\xe9.png")]
TWO = [{"name": "t", "width": 8}, {"name": "u", "width": 9}]


class Links(html.parser.HTMLParser):
    """Every href and src of a page, but not those within it."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        link = values.get("src") or values.get("href")
        if link and tag in ("a", "img") and not link.startswith("#"):
            self.found.append(link)


class Gallery(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/sub/b.png", pictures.tiny(2))
        self.manifest(TWO)

    def page(self, path=PAGE):
        return self.get(path).decode()

    def linked(self, page=PAGE):
        """The files that a page links to, relative to the project."""
        files = set()
        for link in Links(self.page(page)).found:
            self.assertNotIn(":", link)
            path = os.path.join(os.path.dirname(self.at(page)), os.fsdecode(urllib.parse.unquote_to_bytes(link)))
            files.add(os.path.relpath(path, self.project))
        return files

    def build_twice(self):
        """The second build replaces the thumbnails of one variant."""
        self.build()
        self.manifest([{"name": "t", "width": 7}, TWO[1]])
        self.build()

    def test_writes_a_page_and_nothing_else(self):
        self.build()
        ours = ["p/.thumbs", "p/.thumbs/gallery*"]
        before = self.tree(without=ours)
        result = self.thumbs("gallery")
        self.assertEqual(result.out, f"wrote {PAGE}: 4 thumbnails\n")
        self.assert_untouched(before, without=ours)
        self.assertEqual(self.linked(), {"in/a.png", "in/sub/b.png"} | {f"out/{f}" for f in self.files("out")})
        again = self.get(PAGE)
        self.thumbs("gallery")
        self.assertEqual(self.get(PAGE), again)

    def test_says_what_is_not_fresh(self):
        self.build()
        os.remove(self.at("out/a-t.jpg"))
        self.manifest([TWO[0], {"name": "u", "width": 9, "quality": 30}])
        os.rename(self.at("in/sub/b.png"), self.at("in/c.png"))
        self.assertEqual(self.thumbs("gallery").out, f"wrote {PAGE}: 6 thumbnails, 4 stale, 2 orphans\n")
        page = self.page()
        for words in ("<b>recipe-changed</b><li>quality: 80 → 30", "<b>output-missing</b>", "no current rule makes it"):
            self.assertIn(words, page)

    def test_says_why_the_last_attempt_failed(self):
        self.build()
        good = self.get("in/a.png")
        self.put("in/a.png", b"<b>no picture")
        self.build(code=1)
        self.build(code=1)  # fails again, for the same cause
        self.thumbs("gallery")
        card = "<li><b>retry</b><li>the last attempt failed: decode: not a picture of a known format"
        self.assertEqual(self.page().count(card), 2)
        self.put("in/a.png", good[:40])
        self.build(code=1)
        self.thumbs("gallery")
        self.assertNotIn("not a picture of a known format", self.page())
        self.assertEqual(self.page().count("<li>the last attempt failed: decode: "), 2)
        self.put("in/a.png", good)
        self.build()
        self.thumbs("gallery")
        self.assertNotIn("the last attempt failed", self.page())

    def test_before_anything_is_built(self):
        self.assertEqual(self.thumbs("gallery").out, f"wrote {PAGE}: 4 thumbnails, 4 stale\n")
        self.assertEqual(self.files(".thumbs"), [".gitignore", "gallery/index.html"])
        self.assertEqual(self.linked(), {"in/a.png", "in/sub/b.png"})
        self.assertEqual(self.build().summary["built"], 4)
        self.assertEqual(self.get(".thumbs/.gitignore"), b"*\n")

    def test_a_dry_run_writes_nothing(self):
        self.build()
        before = self.tree()
        self.assertEqual(self.thumbs("gallery", "-n").out, f"would write {PAGE}: 4 thumbnails\n")
        self.assert_untouched(before)

    def test_a_folder_of_ones_own(self):
        self.build()
        for folder, cwd in (("site/look", self.project), ("look/", self.at("in")), (self.at("abs"), self.root)):
            manifest = os.path.relpath(self.at("thumbs.json"), cwd)
            out = self.thumbs("gallery", "-f", manifest, folder, cwd=cwd).out
            page = os.path.relpath(os.path.join(cwd, folder, "index.html"), self.project)
            self.assertEqual(out, f"wrote {os.path.join(folder, 'index.html')}: 4 thumbnails\n")
            self.assertLessEqual({f"out/{f}" for f in self.files("out")}, self.linked(page))
        self.assertFalse(self.exists(PAGE))
        self.thumbs("gallery", "one", "two", code=2)

    def test_a_page_of_somebody_else_stays(self):
        self.put("site/index.html", "<!doctype html>\n<title>mine</title>")
        os.makedirs(self.at("links"))
        os.symlink("nowhere", self.at("links/index.html"))
        before = self.tree()
        for folder in ("site", "links"):
            result = self.thumbs("gallery", folder, code=2)
            self.assertIn(f"{folder}/index.html: is not a gallery of thumbs", result.err)
        self.thumbs("gallery", ".", "--json=index.html", code=2)
        self.assert_untouched(before)

    def test_a_folder_that_cannot_be_made(self):
        result = self.thumbs("gallery", "in/a.png/look", code=1)
        self.assertIn("in/a.png", result.err)

    def test_needs_a_folder_if_the_cache_has_none_of_its_own(self):
        self.manifest(TWO, top={"cache": "cache.db"})
        self.build()
        self.assertIn("thumbs gallery DIR", self.thumbs("gallery", code=2).err)
        self.thumbs("gallery", "look")
        self.assertLessEqual({f"out/{f}" for f in self.files("out")}, self.linked("look/index.html"))

    def test_is_never_a_source_nor_unrecorded(self):
        self.manifest(TWO, include=["**", "**/.*/**"], source=".", exclude=["thumbs.json", "out/**"])
        self.build()
        self.thumbs("gallery", "in/look")
        self.thumbs("gallery", "out/look")
        self.thumbs("gallery")
        self.assertEqual(self.thumbs("check").code, 0)
        self.manifest(TWO)
        self.assertEqual(self.report("prune", "--unrecorded", "-n").summary["orphans"], 4)

    def test_report(self):
        self.build()
        report = self.report("gallery")
        self.assertEqual(report["command"], "gallery")
        self.assertEqual(report.items, [])
        self.assertEqual(len(self.report("gallery", "-v").items), 4)

    def test_names_of_any_kind(self):
        for i, name in enumerate(ODD_NAMES):
            self.put(f"in/{name}", pictures.tiny(10 + i))
        self.manifest([TWO[0]])
        self.build()
        self.thumbs("gallery")
        linked = self.linked()
        self.assertEqual(len(linked), 2 * (len(ODD_NAMES) + 2))
        for file in linked:
            self.assertTrue(self.exists(file), file)

    def test_before_is_kept_and_cleaned(self):
        self.build()
        old = self.get("out/a-t.jpg")
        self.manifest([{"name": "t", "width": 7}, TWO[1]])
        mask = os.umask(0o027)
        try:
            self.build()
        finally:
            os.umask(mask)
        kept = self.files(".thumbs/before")
        self.assertEqual(len(kept), 2)
        self.assertIn(old, self.contents(".thumbs/before").values())
        self.assertEqual(stat.S_IMODE(os.stat(self.at(".thumbs/before")).st_mode), 0o750)
        self.thumbs("gallery")
        self.assertEqual(len([f for f in self.linked() if f.startswith(".thumbs/before/")]), 2)
        self.assertIn("<p>was 8 × ", self.page())
        self.thumbs("clean")
        self.assertFalse(self.exists(".thumbs"))

    def test_clean_leaves_what_is_not_ours(self):
        self.build_twice()
        self.thumbs("gallery")
        self.put(".thumbs/before/note.txt", "mine")
        self.put(".thumbs/gallery/note.txt", "mine")
        self.thumbs("clean")
        self.assertEqual(self.files(".thumbs"), [".gitignore", "before/note.txt", "gallery/note.txt"])


@unittest.skipUnless(chromium.found(), chromium.WHY_NOT)
class Look(Case):
    """The page in a browser, from a file."""

    def prepare(self):
        for i in range(6):
            self.put(f"in/{i}.png", pictures.tiny(i, 40, 30))
        self.put("in/<b> \"6\" #%.png", pictures.tiny(6, 40, 30))
        self.sets(16)

    def sets(self, width):
        one = {"name": "one", "source": "in", "output": "out", "variants": [{"name": "t", "width": width}]}
        two = {"name": "two", "source": "in", "output": "out2", "variants": [{"name": "u", "width": 12}]}
        self.manifest_text(json.dumps({"sets": [one, two]}))

    def setUp(self):
        self.build()
        self.sets(20)
        self.build()  # all of `one` are changed now
        os.remove(self.at("out2/0-u.jpg"))
        self.thumbs("gallery")
        self.browser = self.enterContext(chromium.Browser(1440, 900))
        self.browser.command("Log.enable")
        self.browser.open(self.at(PAGE))

    def shown(self):
        return self.browser.evaluate(
            "[...document.querySelectorAll('.grid > li')].filter(card => card.checkVisibility()).length"
        )

    def value(self, script):
        return self.browser.evaluate(script)

    def assert_quiet(self):
        """No error, no warning, and no request that leaves the folder."""
        self.value("document.body.getBoundingClientRect().height")  # the page is laid out by then
        bad = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        self.assertEqual([event for event in self.browser.events if event["method"] in bad], [])
        for url in self.browser.requests:
            self.assertTrue(url.startswith((f"file://{urllib.parse.quote(self.project)}/", "data:")), url)

    def test_shows_every_picture(self):
        for width, height in ((390, 844), (1440, 900)):
            self.browser.resize(width, height)
            self.browser.open(self.at(PAGE))
            self.assertLessEqual(self.value("document.documentElement.scrollWidth"), width)
            self.value("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
            self.browser.wait_until("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
            self.assertEqual(self.value("document.images.length"), 7 * 2 + 6)
            self.assert_quiet()

    def test_slider(self):
        half = self.value("getComputedStyle(document.querySelector('.ba img:last-child')).clipPath")
        self.value("document.querySelector('input[type=range]').focus()")
        for _ in range(10):
            self.browser.press("ArrowLeft", 37)
        self.assertEqual(self.value("document.querySelector('input[type=range]').value"), "40")
        moved = self.value("getComputedStyle(document.querySelector('.ba img:last-child')).clipPath")
        self.assertEqual((half, moved), ("inset(0px 0px 0px 50%)", "inset(0px 0px 0px 40%)"))
        self.value("document.querySelector('.ba').click()")
        self.assertEqual(self.value("document.querySelector('dialog input[type=range]').value"), "50")
        at = "getComputedStyle(document.querySelector('dialog .ba img:last-child')).clipPath"
        self.assertEqual(self.value(at), "inset(0px 0px 0px 50%)")
        same = "(([a, b]) => a.getBoundingClientRect().left === b.getBoundingClientRect().left)"
        self.assertTrue(self.value(same + "(document.querySelectorAll('.ba img'))"))
        self.assert_quiet()

    def test_filters(self):
        self.assertEqual(self.shown(), 14)
        for state, count in (("changed", 7), ("missing", 1), ("fresh", 13), ("all", 14)):
            self.value(f"document.querySelector('label[for=f-{state}]').click()")
            self.assertEqual(self.shown(), count, state)
        self.value("document.querySelectorAll('nav a')[1].click()")
        self.assertEqual(self.shown(), 7)
        self.value("document.querySelector('label[for=f-missing]').click()")
        self.assertEqual(self.shown(), 1)
        self.value("document.querySelectorAll('nav a')[1].click(); document.querySelector('label[for=f-all]').click()")
        self.browser.press("/", 191)
        self.browser.command("Input.insertText", text="3-T one/")
        self.browser.wait_until("document.getElementById('shown').textContent === '0 of 14 shown'")
        self.browser.press("Escape", 27)
        self.assertEqual(self.shown(), 14)
        self.browser.press("/", 191)
        self.browser.command("Input.insertText", text="3-T")
        self.browser.wait_until("document.getElementById('shown').textContent === '1 of 14 shown'")
        self.assert_quiet()

    def test_keyboard(self):
        at = "[...document.querySelectorAll('.grid > li')].indexOf(document.activeElement.closest('.grid > li'))"
        self.browser.press("j", 74)
        self.assertEqual(self.value(at), 0)
        for key, code, place in (("j", 74, 1), ("ArrowRight", 39, 2), ("k", 75, 1), ("ArrowLeft", 37, 0)):
            self.browser.press(key, code)
            self.assertEqual(self.value(at), place, key)
        columns = self.value("getComputedStyle(document.querySelector('.grid')).gridTemplateColumns.split(' ').length")
        self.browser.press("ArrowDown", 40)
        self.assertEqual(self.value(at), columns)
        self.browser.press("ArrowUp", 38)
        self.browser.press("Enter", 13, "\r")
        heading = "document.querySelector('dialog[open] h3')?.textContent"
        self.assertEqual(self.value(heading), "0-t.jpg")
        self.browser.press("j", 74)
        self.assertEqual(self.value(heading), "1-t.jpg")
        self.assertEqual(self.value("document.querySelectorAll('dialog input[type=range]').length"), 1)
        self.browser.press("Escape", 27)
        self.browser.wait_until("!document.querySelector('dialog').open")
        self.browser.wait_until(at + " === 1")
        self.value("document.querySelector('label[for=f-missing]').click()")
        self.browser.press("j", 74)
        self.browser.press("Enter", 13, "\r")
        self.assertEqual(self.value(heading), "0-u.jpg")
        self.assert_quiet()

    def test_without_a_script(self):
        self.browser.command("Emulation.setScriptExecutionDisabled", value=True)
        self.browser.open(self.at(PAGE))
        self.assertEqual(self.shown(), 14)
        self.assertFalse(self.value("document.getElementById('search').checkVisibility()"))
        beside = "(([a, b]) => a.getBoundingClientRect().right <= b.getBoundingClientRect().left)"
        self.assertTrue(self.value(beside + "(document.querySelectorAll('.ba img'))"))
        x, y = self.value(
            "(box => [box.x + box.width / 2, box.y + box.height / 2])"
            "(document.querySelector('label[for=f-changed]').getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.assertEqual(self.shown(), 7)
        self.assert_quiet()
