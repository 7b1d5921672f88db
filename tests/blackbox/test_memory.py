"""Memory: huge pictures are read by rows; --memory bounds resident memory; workers reuse buffers."""

import json

import harness
import jpegs
import pictures

MIB = 1 << 20
# A worker's memory besides pictures: stack, codes of the last JPEGs, filters of the last sizes.
OF_A_WORKER = 3


class Memory(harness.Case):
    def setUp(self):
        self.skip_with_sanitizers()

    def own(self):
        """The memory of the program itself in MiB, from a build of one tiny picture."""
        self.put("own/in/x.png", pictures.tiny(1))
        self.put("own/thumbs.json", '{"sets": [{"source": "in", "output": "out", "variants": [{"name": "t", "width": 8}]}]}')
        return self.peak("-C", "own")


class Huge(Memory):
    """Pictures of 36 megapixels, 103 MiB when decoded."""

    slow = True
    VARIANTS = {
        "shrunk on load": {"width": 256},
        "never shrunk": {"width": 256, "kernel": "box"},
        "hardly shrunk": {"width": 2200},
        "cropped": {"width": 900, "height": 500, "fit": "cover"},
        "padded": {"width": 700, "height": 300, "fit": "contain", "format": "png", "kernel": "linear"},
    }

    def check(self, name, data, most=32, variants=VARIANTS):
        self.put(f"in/{name}", data)
        own = self.own()
        for how, variant in variants.items():
            with self.subTest(picture=name, variant=how):
                self.manifest([{"name": "t", **variant}])
                self.assertLess(self.peak("-j1") - own, most)

    def test_png_takes_rows(self):
        self.check("x.png", pictures.streamed_png(6016, 6000))

    def test_png_with_alpha_takes_rows(self):
        variants = {how: self.VARIANTS[how] for how in ("shrunk on load", "never shrunk")}
        self.check("x.png", pictures.streamed_png(6016, 3000, pictures.RGBA), variants=variants)

    def test_jpeg_takes_rows(self):
        self.check("x.jpg", jpegs.large(47, 750))

    def test_many_sizes_at_once_take_rows(self):
        self.put("in/x.jpg", jpegs.large(47, 750))
        own = self.own()
        self.manifest([{"name": f"w{width}", "width": width} for width in (64, 256, 700, 1200, 2000)])
        self.assertLess(self.peak("-j1") - own, 48)


class Budget(Memory):
    """Pictures that need 20 to 40 MiB each."""

    slow = True

    def prepare(self):
        for i in range(2):
            self.put(f"in/{i}.png", pictures.streamed_png(2400, 1600, seed=i))
            self.put(f"in/lace{i}.png", pictures.streamed_png(2400, 1600, interlaced=True, seed=i))
            self.put(f"in/plain{i}.jpg", jpegs.large(18, 200, seed=i))
            self.put(f"in/prog{i}.jpg", jpegs.large(18, 200, progressive=True, seed=i))
        self.add_webp()
        self.manifest([{"name": f"w{width}", "width": width} for width in (256, 1000, 1600)])

    def add_webp(self):
        """Made by the program itself, if it can."""
        self.put("webp/in/x.png", pictures.streamed_png(1600, 1200))
        variant = {"name": "t", "width": 1600, "format": "webp", "effort": 0}
        self.put("webp/thumbs.json", json.dumps({"sets": [{"source": "in", "output": "out", "variants": [variant]}]}))
        self.thumbs("build", "-C", "webp", code=(0, 2))
        for i in range(2 if self.exists("webp/out/x-t.webp") else 0):
            self.put(f"in/w{i}.webp", self.get("webp/out/x-t.webp") + bytes(2 * i))

    def test_memory_bounds_what_is_resident(self):
        own = self.own()
        for budget, jobs in ((64, 1), (64, 2), (64, 4), (96, 4), (256, 4)):
            with self.subTest(budget=budget, jobs=jobs):
                peak = self.peak("--memory", f"{budget}MiB", f"-j{jobs}")
                self.assertLess(peak, budget + own + OF_A_WORKER * jobs)

    def test_without_a_tight_budget_more_would_be_taken(self):
        """Makes sure that the case above can fail."""
        self.assertGreater(self.peak("--memory", "1GiB", "-j4"), 64 + self.own() + OF_A_WORKER * 4)


class Again(Memory):
    def test_a_warm_worker_asks_the_system_for_next_to_nothing(self):
        """The page faults of a build of 120 pictures, divided by those of 20."""
        for kind, make in {"jpg": lambda i: jpegs.large(8, 100, seed=i), "png": self.png_of}.items():
            faults = {}
            for count in (20, 120):
                folder = f"{kind}{count}"
                data = make(1)
                for i in range(count):
                    self.put(f"{folder}/{i}.{kind}", data + bytes([i]))
                self.manifest([{"name": "t", "width": 256}], source=folder)
                faults[count] = self.usage("-j2")[1]
            with self.subTest(kind=kind, faults=faults):
                self.assertLess((faults[120] - faults[20]) / 100, 6)

    @staticmethod
    def png_of(i):
        return pictures.streamed_png(1024, 800, seed=i)
