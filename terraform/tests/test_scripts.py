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
# terraform [-chdir=terraform] output [-raw|-json] NAME
for name; do :; done
case "$name" in
  region) printf us-east-1 ;;
  addresses) echo '{"app":"https://app.example.org","website":"https://example.org"}' ;;
  frontend_environment) echo '{"VITE_API_BASE_URL":"https://api.example.org","VITE_WS_BASE_URL":"wss://ws.example.org"}' ;;
  environment) echo '{"api":{"DYNAMODB_TABLE":"spinout","TRUSTED_PROXIES":"2"}}' ;;
  sites) echo '{"app":{"bucket":"app-files","distribution_id":"E1","address":"https://app.example.org"},
    "website":{"bucket":"website-files","distribution_id":"E2","address":"https://example.org"}}' ;;
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
elif action == "list-object-versions":
    print("version-before")
elif action == "publish-version":
    print(8)
elif action == "get-alias":
    print(7)
elif action == "update-alias":
    (state / ("live-" + given["--function-name"])).write_text(given["--function-version"])
"""


# Of what builds only the result is played: a page, and a note of what it was told.
BUILDER = """#!/bin/sh
echo "$(basename "$0")" "$@" >>"$STATE/built"
env | grep -E '^(VITE|AWS|DYNAMODB|TRUSTED)_' | grep -v AWS_ENDPOINT >>"$STATE/built"
mkdir -p frontend/dist/assets target/website/assets
touch frontend/dist/index.html frontend/dist/assets/app-1.js target/website/index.html
"""


@unittest.skipUnless(shutil.which("jq") and shutil.which("openssl"), "jq and openssl are not here")
class Scripts(unittest.TestCase):
    def setUp(self):
        self.state = Path(self.enterContext(tempfile.TemporaryDirectory()))
        builders = {name: BUILDER for name in ("npm", "node", "cargo")}
        for name, text in {"terraform": TERRAFORM, "aws": AWS, **builders}.items():
            (self.state / "bin").mkdir(exist_ok=True)
            (self.state / "bin" / name).write_text(text)
            (self.state / "bin" / name).chmod(0o755)

    def run_script(self, *arguments):
        return self.run_command(str(ROOT / "terraform" / arguments[0]), *arguments[1:])

    def run_command(self, *command, **variables):
        path = f"{self.state}/bin:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "STATE": str(self.state), **variables}
        return subprocess.run(command, env=environment, cwd=self.state, capture_output=True, text=True)

    def make(self, task, **variables):
        """A task of the Makefile in a project that holds no more than it needs; what it built, and its calls of AWS."""
        for file in ("Makefile", "terraform/publish-site"):
            (self.state / file).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / file, self.state / file)
        (self.state / "frontend/node_modules").mkdir(parents=True)
        for file in ("package-lock.json", "node_modules/.package-lock.json"):
            (self.state / "frontend" / file).touch()
        done = self.run_command("make", task, **variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        calls = self.state / "calls"
        return (self.state / "built").read_text(), calls.read_text().splitlines() if calls.exists() else []

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

    def assert_published(self, calls, bucket, distribution):
        """New assets first, then the pages that name them, then CloudFront is told."""
        self.assertEqual([call.split()[:2] for call in calls], [["s3", "sync"]] * 3 + [["cloudfront", "create-invalidation"]])
        self.assertIn(f"s3://{bucket}/assets", calls[0])
        self.assertIn("immutable", calls[0])
        self.assertNotIn("--delete", calls[0])
        self.assertIn("--exclude *.html", calls[1])
        self.assertIn("--include *.html", calls[2])
        self.assertIn("max-age=0", calls[2])
        self.assertIn(f"--distribution-id {distribution}", calls[3])

    def test_the_pages_are_built_for_the_addresses_of_the_deployment_and_published(self):
        built, calls = self.make("deploy-frontend", VITE_IRACING_CLIENT_ID="spinout")
        self.assertIn("run build", built)
        for setting in ("API_BASE_URL=https://api.example.org", "WS_BASE_URL=wss://ws.example.org", "IRACING_CLIENT_ID=spinout"):
            self.assertIn(f"VITE_{setting}\n", built)
        self.assert_published(calls, "app-files", "E1")

    def test_the_website_is_built_for_the_addresses_of_the_deployment_and_published(self):
        built, calls = self.make("deploy-website", CONTACT="privacy@example.org")
        told = "--contact privacy@example.org --site https://example.org --app https://app.example.org"
        self.assertIn(f"node website/build.mjs {told}", built)
        self.assert_published(calls, "website-files", "E2")

    def test_the_api_runs_here_with_the_environment_of_the_deployed_function(self):
        built, _ = self.make("run-rest-api")
        self.assertIn("-- rest-api", built)
        for setting in ("AWS_REGION=us-east-1", "DYNAMODB_TABLE=spinout", "TRUSTED_PROXIES=2"):
            self.assertIn(f"{setting}\n", built)

    def test_the_page_of_before_comes_back(self):
        self.assertEqual(self.run_script("publish-site", "back", "app").returncode, 0)
        listed, copied, told = (self.state / "calls").read_text().splitlines()
        self.assertIn("--bucket app-files", listed)
        self.assertIn("--copy-source app-files/index.html?versionId=version-before", copied)
        self.assertIn("--distribution-id E1 --paths / /index.html", told)

    def test_wrong_use_is_answered_with_the_right_one(self):
        for script in ("keys", "live-versions", "publish-site", "smoke-test"):
            with self.subTest(script=script):
                answer = self.run_script(script)
                self.assertEqual(answer.returncode, 2, answer.stderr)
                self.assertIn(f"terraform/{script}", answer.stderr)


if __name__ == "__main__":
    unittest.main()
