"""Whether the files mean something at all: what is mentioned is declared, and the provider knows what it is asked for."""

import unittest

import provider
from configuration import FILES, FOLDERS, references


class Declarations(unittest.TestCase):
    def test_everything_mentioned_is_declared(self):
        for folder in FOLDERS.values():
            declared = {
                "var": folder.named("variable"),
                "local": folder.locals(),
                "module": folder.named("module"),
            }
            resources, data = folder.resources(), folder.data()
            for name, body in folder.files.items():
                for kind, what, attribute in references(body):
                    with self.subTest(file=f"{folder.path}/{name}", reference=f"{kind}.{what}"):
                        if kind in declared:
                            self.assertIn(what, declared[kind])
                        elif kind.startswith("data."):
                            self.assertIn((kind.removeprefix("data."), what), data)
                        else:
                            self.assertIn((kind, what), resources)

    def test_everything_declared_is_used(self):
        for folder in FOLDERS.values():
            used = {(kind, what) for body in folder.files.values() for kind, what, _ in references(body)}
            for what in folder.named("variable"):
                with self.subTest(folder=folder.path, variable=what):
                    self.assertIn(("var", what), used)
            for what in folder.locals():
                with self.subTest(folder=folder.path, local=what):
                    self.assertIn(("local", what), used)

    def test_modules_get_what_they_declare_and_give_what_is_taken(self):
        for folder in FOLDERS.values():
            for name, block in folder.named("module").items():
                module = FOLDERS[f"{folder.path}/{block['source'].removeprefix('./')}"]
                variables = module.named("variable")
                needed = {variable for variable, declaration in variables.items() if "default" not in declaration}
                given = set(block) - {"source"}
                with self.subTest(module=name):
                    self.assertLessEqual(given, set(variables))
                    self.assertLessEqual(needed, given)
                for body in folder.files.values():
                    for kind, what, attribute in references(body):
                        if (kind, what) == ("module", name):
                            with self.subTest(module=name, output=attribute):
                                self.assertIn(attribute, module.named("output"))

    def test_variables_and_outputs_say_what_they_are(self):
        for folder in FOLDERS.values():
            for name, block in folder.named("variable").items():
                with self.subTest(folder=folder.path, variable=name):
                    self.assertTrue(block["description"].endswith("."))
                    self.assertIn("type", block)
            for name, block in folder.named("output").items():
                with self.subTest(folder=folder.path, output=name):
                    self.assertTrue(block["description"].endswith("."))


class Provider(unittest.TestCase):
    def blocks(self):
        for folder in FOLDERS.values():
            for (kind, name), block in folder.resources().items():
                yield folder, kind, name, False, block
            for (kind, name), block in folder.data().items():
                yield folder, kind, name, True, block

    def test_the_provider_knows_every_argument(self):
        for folder, kind, name, is_data, block in self.blocks():
            with self.subTest(folder=folder.path, block=f"{kind}.{name}"):
                self.assertEqual(provider.mistakes(kind, is_data, block), [])

    def test_the_provider_knows_every_attribute_that_is_read(self):
        for folder in FOLDERS.values():
            for body in folder.files.values():
                for kind, what, attribute in references(body):
                    is_data = kind.startswith("data.")
                    kind = kind.removeprefix("data.")
                    if kind.startswith("aws_") and attribute is not None:
                        with self.subTest(folder=folder.path, attribute=f"{kind}.{what}.{attribute}"):
                            self.assertTrue(provider.has_attribute(kind, is_data, attribute))

    def test_versions_are_pinned(self):
        for path in ("terraform", "aws_account_prep"):
            settings = FILES[f"{path}/versions.tf"]["terraform"][0]
            with self.subTest(folder=path):
                self.assertIn(">= 1.11", settings["required_version"])
                self.assertRegex(settings["required_providers"][0]["aws"]["version"], r"^6\.\d+\.\d+$")


if __name__ == "__main__":
    unittest.main()
