"""The operator's guides name only what there is: tasks, scripts, outputs, variables, files and chapters."""

import os
import re
import unittest

from configuration import MAIN, PREPARATION, ROOT

GUIDES = {path: (ROOT / path).read_text() for path in ("docs/operations.md", "aws_account_prep/README.md", "terraform/README.md")}
OPERATIONS = GUIDES["docs/operations.md"]


def anchor(heading):
    """As GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


class Guides(unittest.TestCase):
    def test_tasks_exist(self):
        tasks = set(re.findall(r"^([a-z][a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        for guide, text in GUIDES.items():
            # In prose a task is in backquotes; in commands it follows variables or stands at the beginning.
            named = re.findall(r"(?:`|^ *|&& |=\S+ |> )make ([a-z][a-z-]+)", text, re.MULTILINE)
            with self.subTest(guide=guide):
                self.assertLessEqual(set(named), tasks)
        self.assertIn("deploy-website", re.findall(r"make ([a-z][a-z-]+)", OPERATIONS))

    def test_scripts_exist_and_can_be_run(self):
        for guide, text in GUIDES.items():
            for script in re.findall(r"(?<![\w/.-])((?:terraform|docs)/[a-z_-]+(?:\.py)?)(?=[ `)\n])", text):
                with self.subTest(guide=guide, script=script):
                    self.assertTrue((ROOT / script).exists())
                    self.assertTrue(script.endswith(".py") or os.access(ROOT / script, os.X_OK))

    def test_outputs_exist(self):
        commands = re.findall(r"terraform(?: -chdir=terraform)? output (?:-raw|-json) (\w+)", OPERATIONS)
        self.assertGreater(len(commands), 5)
        self.assertLessEqual(set(commands), set(MAIN.named("output")))
        prepared = re.findall(r"outputs? `?(\w+)`? of step 1", OPERATIONS)
        self.assertGreater(len(prepared), 2)
        self.assertLessEqual(set(prepared), set(PREPARATION.named("output")))
        table = re.findall(r"^\| `(\w+)` \|", GUIDES["aws_account_prep/README.md"], re.MULTILINE)
        self.assertLessEqual(set(table), set(PREPARATION.named("output")))

    def test_settings_exist_and_those_without_a_default_are_named(self):
        for guide, folder in (("docs/operations.md", MAIN), ("aws_account_prep/README.md", PREPARATION)):
            block = re.search(r"```hcl\n(.*?)```", GUIDES[guide], re.DOTALL)[1]
            named = set(re.findall(r"^ *(?:# )?(\w+) += ", block, re.MULTILINE))
            needed = {name for name, variable in folder.named("variable").items() if "default" not in variable}
            with self.subTest(guide=guide):
                self.assertLessEqual(named, set(folder.named("variable")))
                self.assertLessEqual(needed, named)

    def test_links_lead_somewhere(self):
        for guide, text in GUIDES.items():
            anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
            for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
                with self.subTest(guide=guide, link=target):
                    if target.startswith("#"):
                        self.assertIn(target[1:], anchors)
                    else:
                        self.assertTrue(((ROOT / guide).parent / target).exists())


if __name__ == "__main__":
    unittest.main()
