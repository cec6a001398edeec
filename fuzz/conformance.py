"""Starts Spinout on an empty data folder, signs a driver in, and lets schemathesis loose on its API."""

import json
import os
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

DRIVER = "1198340"
EXAMPLES = os.environ.get("CONFORMANCE_EXAMPLES", "40")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def post(address, body, kind, cookie=""):
    """Posts and follows no redirect."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port)
    headers = {"Content-Type": kind, "Cookie": cookie}
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    return answer.headers, answer.read()


def sign_in(site):
    """A session token, by the sandbox's consent page."""
    callback = f"{site}/auth/ir/callback"
    start = json.dumps({"redirectUri": callback})
    headers, body = post(f"{site}/api/auth/ir/start", start, "application/json")
    cookie = headers["Set-Cookie"].split(";")[0]
    consent = urlsplit(json.loads(body)["authorizeUrl"])
    form = urlencode([*parse_qsl(consent.query), ("member", DRIVER)])
    headers, _ = post(f"{site}{consent.path}", form, "application/x-www-form-urlencoded")
    back = dict(parse_qsl(urlsplit(headers["Location"]).query))
    answer = json.dumps({"code": back["code"], "state": back["state"], "redirectUri": callback})
    _, body = post(f"{site}/api/auth/ir/callback", answer, "application/json", cookie)
    return json.loads(body)["accessToken"]


def description(site, folder):
    """The API's description as a file: with the signed-in driver in every path, or all of them would be refused."""
    with urlopen(f"{site}/api/openapi.json") as answer:
        text = answer.read().decode().replace("{*path}", "{path}")
    document = json.loads(text)
    for path, operations in document["paths"].items():
        for parameter in [one for operation in operations.values() for one in operation.get("parameters", [])]:
            if parameter["name"] == "driver_id" and path.startswith("/driver/"):
                parameter["schema"] = {"type": "integer", "const": int(DRIVER)}
    file = os.path.join(folder, "openapi.json")
    with open(file, "w") as output:
        json.dump(document, output)
    return file


def main(program, schemathesis):
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RATE_LIMITS": "false", "LOG_LEVEL": "error"}
        command = [program, "run", "--listen", "127.0.0.1:0", "--data-dir", folder]
        system = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            announced = (line for line in system.stdout if line.startswith("Spinout is running: "))
            site = next(announced).split(": ", 1)[1].strip().rstrip("/")
            arguments = ["--header", f"Authorization: Bearer {sign_in(site)}", "--checks", CHECKS]
            arguments += ["--max-examples", EXAMPLES, "--seed", "1", "--url", f"{site}/api"]
            run = [schemathesis, "run", description(site, folder), *arguments]
            return subprocess.run(run, check=False, cwd=folder).returncode
        finally:
            system.terminate()
            system.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
