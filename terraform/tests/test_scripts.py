"""The operator's scripts, with stand-ins for the commands `aws` and `terraform` that keep what they are told in files."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from configuration import ROOT

TERRAFORM = """#!/bin/sh
# terraform output [-raw|-json] NAME
case "$3" in
  region) printf us-east-1 ;;
  secrets) echo '{"jwt_signing_key":"signing","jwt_encryption_key":"encryption"}' ;;
  functions) echo '{"api":"spinout-api","ingestion":"spinout-ingestion"}' ;;
esac
"""

AWS = """#!/usr/bin/env python3
import os, pathlib, sys
state = pathlib.Path(os.environ["STATE"])
service, action, *rest = sys.argv[1:]
given = {name: value for name, value in zip(rest, rest[1:]) if name.startswith("--")}
with open(state / "calls", "a") as calls:
    print(service, action, *rest, file=calls)
if action == "list-secret-version-ids":
    print(int((state / given["--secret-id"]).exists()))
elif action == "get-secret-value":
    print((state / given["--secret-id"]).read_text())  # the real one ends its text with a line break too
elif action == "put-secret-value":
    assert given["--secret-string"] == "file:///dev/stdin", "a secret as an argument shows in the list of processes"
    (state / given["--secret-id"]).write_text(sys.stdin.read())
elif action == "publish-version":
    print(8)
elif action == "get-alias":
    print(7)
elif action == "update-alias":
    (state / ("live-" + given["--function-name"])).write_text(given["--function-version"])
"""


@unittest.skipUnless(shutil.which("jq") and shutil.which("openssl"), "jq and openssl are not here")
class Scripts(unittest.TestCase):
    def setUp(self):
        self.state = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, text in (("terraform", TERRAFORM), ("aws", AWS)):
            (self.state / "bin").mkdir(exist_ok=True)
            (self.state / "bin" / name).write_text(text)
            (self.state / "bin" / name).chmod(0o755)

    def run_script(self, *arguments):
        environment = {**os.environ, "PATH": f"{self.state}/bin:{os.environ['PATH']}", "STATE": str(self.state)}
        command = [str(ROOT / "terraform" / arguments[0]), *arguments[1:]]
        return subprocess.run(command, env=environment, cwd=self.state, capture_output=True, text=True)

    def secret(self, kind):
        return (self.state / kind).read_text()

    def pem_keys(self):
        return self.secret("signing").count("-----BEGIN EC PRIVATE KEY-----")

    def test_keys_are_made_once(self):
        self.assertEqual(self.run_script("keys", "create").returncode, 0)
        signing, encryption = self.secret("signing"), self.secret("encryption")
        self.assertEqual(self.pem_keys(), 1)
        self.assertEqual(len(encryption.strip()), 44)  # 32 bytes in base64
        self.run_script("keys", "create")
        self.assertEqual((self.secret("signing"), self.secret("encryption")), (signing, encryption))

    def test_a_new_key_stands_in_front_of_the_old_ones(self):
        self.run_script("keys", "create")
        for kind in ("signing", "encryption"):
            old = self.secret(kind).strip()
            self.assertEqual(self.run_script("keys", "rotate", kind).returncode, 0)
            self.assertTrue(self.secret(kind).strip().endswith(old))
            self.assertNotEqual(self.secret(kind).strip(), old)
        self.assertEqual(self.pem_keys(), 2)
        self.assertEqual(len(self.secret("encryption").split()), 2)

    def test_retiring_leaves_the_first_key(self):
        self.run_script("keys", "create")
        for kind in ("signing", "encryption"):
            self.run_script("keys", "rotate", kind)
            both = self.secret(kind)
            self.assertEqual(self.run_script("keys", "retire", kind).returncode, 0)
            self.assertTrue(both.startswith(self.secret(kind).strip()))
        self.assertEqual(self.pem_keys(), 1)
        self.assertEqual(len(self.secret("encryption").split()), 1)

    def test_rotating_starts_fresh_copies_of_the_functions(self):
        self.run_script("keys", "create")
        self.run_script("keys", "rotate", "signing")
        self.assertEqual((self.state / "live-spinout-api").read_text(), "8")
        self.assertEqual((self.state / "live-spinout-ingestion").read_text(), "8")

    def test_a_secret_that_cannot_be_read_is_not_overwritten(self):
        self.assertNotEqual(self.run_script("keys", "rotate", "signing").returncode, 0)
        self.assertFalse((self.state / "signing").exists())

    def test_no_key_is_printed_or_passed_as_an_argument(self):
        printed = self.run_script("keys", "create")
        printed = printed.stdout + printed.stderr + (self.state / "calls").read_text()
        self.assertNotIn(self.secret("encryption").strip(), printed)
        self.assertNotIn("PRIVATE KEY", printed)

    def test_a_roll_back_goes_to_what_was_noted(self):
        self.assertEqual(self.run_script("live-versions", "save", "before.json").returncode, 0)
        noted = json.loads((self.state / "before.json").read_text())
        self.assertEqual(noted, {"spinout-api": "7", "spinout-ingestion": "7"})
        self.assertEqual(self.run_script("live-versions", "restore", "before.json").returncode, 0)
        self.assertEqual((self.state / "live-spinout-api").read_text(), "7")

    def test_wrong_use_is_answered_with_the_right_one(self):
        for script in ("keys", "live-versions", "publish-site", "smoke-test"):
            with self.subTest(script=script):
                answer = self.run_script(script)
                self.assertEqual(answer.returncode, 2, answer.stderr)
                self.assertIn(f"terraform/{script}", answer.stderr)


if __name__ == "__main__":
    unittest.main()
