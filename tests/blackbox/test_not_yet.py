"""Unsupported features are rejected by name, never ignored. Remove each case when its feature is added."""

import pictures
from harness import Case


class NotYet(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()

    def assert_refused(self, *arguments):
        before = self.tree()
        result = self.thumbs(*arguments, code=2)
        self.assertIn("not supported yet", result.err)
        self.assert_untouched(before)

    def test_effort_is_accepted_for_jpeg(self):
        self.manifest([{"name": "t", "width": 8, "effort": 4}])
        self.assertEqual(self.build().summary["built"], 1)
