"""A learner's session in JupyterLab, in a real browser: open a notebook, fill it in, run all.

    pip install jupyterlab; npm install playwright-core      # in folders of your own
    python tests/benchmarks/jupyterlab.py OUT --modules FOLDER/node_modules

lays out notebooks, starts JupyterLab on them, and does in Chromium what a learner does: opens one,
runs all cells as they are, types a wrong answer and runs all, mends it and runs all, asks for a
hint. It looks at what stands below the cell with `%grade` each time, and whether `grade list` knows
of the pass. A screenshot of each state goes into OUT. Ends with 1 where something is missing.
The suite drives the same session through a kernel, in tests/test_learner_notebooks.py.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from learner_notebooks import answers

from grader.catalogue import Exercise, find
from grader.notebook.steps import cell_name

_SESSION = """
const { chromium } = require("playwright-core");
const { mkdtempSync } = require("fs"), { tmpdir } = require("os"), { join } = require("path");
const { url, out, browser: executablePath, states } = JSON.parse(process.argv[1]);
(async () => {
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const context = await chromium.launchPersistentContext(
    mkdtempSync(join(tmpdir(), "lab-")),
    { executablePath, args, viewport: { width: 1200, height: 1500 } });
  const page = await context.newPage(), errors = [], shown = {};
  page.setDefaultTimeout(60000);
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url, { timeout: 120000 });
  const cells = page.locator(".jp-Notebook .jp-CodeCell");
  await cells.last().waitFor({ timeout: 120000 });
  await page.locator("#jp-main-statusbar", { hasText: "| Idle" }).waitFor();
  const done = async () => {  // a cell that waits or runs has a star for its number
    const prompts = await page.locator(".jp-Notebook .jp-InputPrompt").allInnerTexts();
    return !prompts.some((text) => text.includes("*"));
  };
  for (const { name, texts, run } of states) try {
    for (const [number, text] of Object.entries(texts)) {
      const editor = cells.nth(Number(number)).locator(".cm-content");
      await editor.click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text);
    }
    await page.evaluate(() => jupyterapp.commands.execute("notebook:clear-all-cell-outputs"));
    if (run === "all") {
      await page.locator(".lm-MenuBar-item", { hasText: /^Run$/ }).click();
      await page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click();
    } else {
      await cells.nth(run).locator(".cm-content").click();
      await page.keyboard.press("Shift+Enter");
    }
    for (let calm = 0; calm < 3; calm = (await done()) ? calm + 1 : 0)
      await page.waitForTimeout(700);
    const outputs = page.locator(".jp-Notebook .jp-OutputArea-output");
    shown[name] = (await outputs.allInnerTexts()).join("\\n");
    if (await outputs.count()) await outputs.last().scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(out, `${name}.png`) });
  } catch (error) {
    await page.screenshot({ path: join(out, "stuck.png") });
    throw error;
  }
  await page.evaluate(() => jupyterapp.commands.execute("docmanager:save"));
  await page.waitForTimeout(2000);
  await context.close();
  console.log(JSON.stringify({ shown, errors }));
})().catch((error) => { console.error(error); process.exit(1); });
"""

_RIGHT, _WRONG = '"softmax"', '"sigmoid"'


def _states(exercise: Exercise, notebook: Path) -> list[dict[str, object]]:
    """Return what is typed into which code cell, and which cells are run, one after the other."""
    cells = json.loads(notebook.read_bytes())["cells"]
    names = [cell["id"] for cell in cells if cell["cell_type"] == "code"]

    def typed(*changes: tuple[str, str]) -> dict[int, str]:
        return {names.index(name): text for name, text in answers(exercise, *changes).items()}

    graded = names.index(cell_name("grade", exercise))
    help_ = names.index(cell_name("help", exercise))
    return [
        {"name": "1-at-first", "texts": {}, "run": "all"},
        {"name": "2-graded-at-first", "texts": {}, "run": graded},
        {"name": "3-wrong", "texts": typed((_RIGHT, _WRONG)), "run": "all"},
        {"name": "4-hint", "texts": {help_: "%grade hint"}, "run": help_},
        {"name": "5-right", "texts": typed() | {help_: "%grade next"}, "run": "all"},
    ]


_EXPECTED = {
    "1-at-first": "NameError",
    "2-graded-at-first": "NOT ATTEMPTED",
    "3-wrong": "NOT YET",
    "4-hint": "Hint 1 of 3",
    "5-right": "PASSED",
}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(240):
        try:
            with urlopen(url):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"JupyterLab does not answer at {url}.")


def main() -> int:
    """Hold the session, and tell what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--modules", type=Path, required=True)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    exercise = find("2.2.1")
    out = options.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    grade = [sys.executable, "-P", "-m", "grader"]
    subprocess.run([*grade, "init", str(out / "course"), "--notebooks"], check=True)
    notebook = (out / "course" / "exercises" / exercise.file).with_suffix(".ipynb")
    port, token = _free_port(), secrets.token_hex()
    settings = {
        "IdentityProvider.token": token,
        "ServerApp.root_dir": str(out / "course"), "ServerApp.port": port,
        "LabApp.expose_app_in_browser": True,
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--{name}={value}" for name, value in settings.items()]
    with (out / "jupyterlab.log").open("w") as log:
        lab = subprocess.Popen(command, stdout=log, stderr=log, cwd=out / "course")
    try:
        _wait_for(f"http://127.0.0.1:{port}/api")
        opened = notebook.relative_to(out / "course").as_posix()
        job = {
            "url": f"http://127.0.0.1:{port}/lab/tree/{opened}?token={token}", "out": str(out),
            "browser": options.browser, "states": _states(exercise, notebook),
        }  # fmt: skip
        done = subprocess.run(
            ["node", "-e", _SESSION, json.dumps(job)],
            env={**os.environ, "NODE_PATH": str(options.modules.absolute())},
            capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
    finally:
        lab.terminate()
        lab.wait(30)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return 1
    found = json.loads(done.stdout)
    missing = [name for name, words in _EXPECTED.items() if words not in found["shown"][name]]
    for name, text in found["shown"].items():
        print(f"== {name}{'  MISSING: ' + _EXPECTED[name] if name in missing else ''}\n{text}\n")
    listed = subprocess.run(
        [*grade, "list"], cwd=out / "course", capture_output=True, text=True, check=True
    ).stdout
    known = f"✓ {exercise.id}" in listed
    print(f"grade list {'knows' if known else 'does not know'} of the pass.")
    print(f"{len(found['errors'])} errors of scripts in the page: {found['errors']}")
    return int(bool(missing) or not known)


if __name__ == "__main__":
    sys.exit(main())
