"""Look at the pages in a real browser: axe-core's faults, console errors, what is cut, pictures.

    npm install axe-core playwright-core          # in a folder of your own
    python tests/benchmarks/pages.py OUT --modules FOLDER/node_modules

writes the pages and a screenshot of each into OUT, in light and dark, 390 and 1280 pixels wide,
and a PDF as they are printed. Ends with 1 where something is wrong. It needs Node and
Chromium; the suite itself holds what can be held without a browser, in tests/test_pages.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from sample_runs import picture, sample_run

from grader.catalogue import exercises
from grader.show.entries import entry_of
from grader.show.html import write_verdicts, write_workspace
from grader.show.overview import NEVER, ExerciseState
from grader.verdict import Outcome

_LOOK = """
const { chromium } = require("playwright-core");
const axe = require("axe-core");
const { mkdtempSync } = require("fs"), { tmpdir } = require("os"), { join } = require("path");
const { pages, out, browser: executablePath } = JSON.parse(process.argv[1]);
(async () => {
  const found = [];
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const context = await chromium.launchPersistentContext(
    mkdtempSync(join(tmpdir(), "pages-")), { executablePath, args });
  for (const [name, file] of Object.entries(pages))
    for (const width of [390, 1280])
      for (const colorScheme of ["light", "dark"]) {
        const page = await context.newPage(), errors = [];
        page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
        page.on("pageerror", (e) => errors.push(String(e)));
        page.on("request", (r) => /^(file|data):/.test(r.url()) || errors.push(r.url()));
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto("file://" + file);
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
        const cut = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => axe.run());
        const shot = `${name}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(out, shot), fullPage: true });
        if (width === 1280 && colorScheme === "light")
          await page.pdf({ path: join(out, `${name}.pdf`) });
        found.push({ shot, cut, errors, faults: violations.map((v) =>
          [v.impact, v.id, v.nodes.length, v.nodes[0].target.join(" ")]) });
        await page.close();
      }
  await context.close();
  console.log(JSON.stringify({ axe: axe.version, found }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


def _write(out: Path) -> dict[str, str]:
    png = picture()
    runs = [
        sample_run(
            f"What is said of {status}, with `some_code`", status, png=png, exercise_id=one.id
        )
        for status, one in zip(Outcome, exercises(), strict=False)
    ]
    entries = [entry_of(run, ("A hint.", "Another, with `code`.")) for run in runs]
    write_verdicts(out / "verdicts.html", entries)
    rows = [
        ExerciseState(
            one.id, one.title,
            entries[number].verdict.status if number < len(entries) else NEVER, 1, one.points,
            "Your file has changed since." if number == 1 else "",
            entries[number] if number < len(entries) else None,
        )
        for number, one in enumerate(exercises())
    ]  # fmt: skip
    write_workspace(out / "workspace.html", rows)
    return {name: str(out / f"{name}.html") for name in ("verdicts", "workspace")}


def main() -> int:
    """Write the pages, look at them, and tell what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--modules", type=Path, required=True)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--page", type=Path, action="append", default=[], help="another page")
    options = parser.parse_args()
    out = options.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    pages = _write(out) | {page.stem: str(page.absolute()) for page in options.page}
    job = json.dumps({"pages": pages, "out": str(out), "browser": options.browser})
    done = subprocess.run(
        ["node", "-e", _LOOK, job],
        env={**os.environ, "NODE_PATH": str(options.modules.absolute())},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return 1
    result = json.loads(done.stdout)
    print(f"axe-core {result['axe']}")
    for one in result["found"]:
        print(f"{one['shot']}: {len(one['faults'])} faults, {len(one['errors'])} errors, "
              f"{one['cut']} pixels too wide")  # fmt: skip
        for fault in [*one["faults"], *one["errors"]]:
            print("   ", fault)
    return int(any(one["faults"] or one["errors"] or one["cut"] > 0 for one in result["found"]))


if __name__ == "__main__":
    sys.exit(main())
