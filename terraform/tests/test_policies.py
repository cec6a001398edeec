"""What every function, bucket, route, role and alarm has to have, whoever adds the next one."""

import json
import re
import subprocess
import unittest

from configuration import FILES, FOLDERS, MAIN, PREPARATION, ROOT, everywhere, strings

FUNCTIONS = {"api", "websocket", "ingestion"}
LAMBDA = FOLDERS["terraform/modules/lambda"]
SITE = FOLDERS["terraform/modules/static_site"]

ENVIRONMENT_OF_ALL = {"LOG_LEVEL", "DYNAMODB_TABLE"}
IRACING = {"IRACING_OAUTH_BASE_URL", "IRACING_DATA_BASE_URL", "IRACING_CREDENTIALS_SECRET"}
ENVIRONMENT = {
    "api": ENVIRONMENT_OF_ALL
    | IRACING
    | {
        "API_BASE_PATH",
        "CORS_ALLOWED_ORIGINS",
        "INGESTION_COOLDOWN_SECONDS",
        "JWT_ENCRYPTION_KEY_SECRET",
        "JWT_SIGNING_KEY_SECRET",
        "OAUTH_REDIRECT_URIS",
        "RACE_INGESTION_QUEUE_URL",
        "RATE_LIMITS",
        "SEARCH_WINDOW_IN_DAYS",
        "TRUSTED_PROXIES",
        # Of lambda_http, not ours.
        "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH",
    },
    "websocket": ENVIRONMENT_OF_ALL
    | {"JWT_ENCRYPTION_KEY_SECRET", "JWT_SIGNING_KEY_SECRET", "RACE_INGESTION_QUEUE_URL", "WS_MANAGEMENT_ENDPOINT"},
    "ingestion": ENVIRONMENT_OF_ALL
    | IRACING
    | {
        "INGESTION_COOLDOWN_SECONDS",
        "INGESTION_LOCK_DURATION_SECONDS",
        "IRACING_BUDGET_RESERVE",
        "IRACING_REQUESTS_PER_MINUTE",
        "JWT_ENCRYPTION_KEY_SECRET",
        "RACE_INGESTION_QUEUE_URL",
        "SEARCH_WINDOW_IN_DAYS",
        "WS_MANAGEMENT_ENDPOINT",
    },
}


def environment_maps():
    """{function: names of its variables}. The maps are expressions, so their text is read."""
    text = (ROOT / "terraform/environment.tf").read_text()
    of_all = re.search(r"environment_of_all = \{(.*?)\n  \}", text, re.DOTALL)[1]
    names = lambda block: set(re.findall(r"^\s+([A-Z][A-Z0-9_]+)\s+=", block, re.MULTILINE))  # noqa: E731
    maps = re.findall(r"^    (\w+) = merge\(local\.environment_of_all, \{(.*?)\n    \}\)", text, re.DOTALL | re.MULTILINE)
    return {function: names(of_all) | names(block) for function, block in maps}


def listed(value):
    """A list, or the one expression that stands for one."""
    return value if isinstance(value, list) else [value]


def functions():
    return {name: block for name, block in MAIN.named("module").items() if block["source"] == "./modules/lambda"}


class Functions(unittest.TestCase):
    def test_one_word_is_one_thing(self):
        self.assertEqual(set(functions()), FUNCTIONS)
        for name, block in functions().items():
            with self.subTest(function=name):
                self.assertIn(name, MAIN.files[f"{name}.tf"]["module"])
                self.assertEqual(block["name"], name)
                self.assertTrue(block["package"].endswith(f"/{name}.zip"))
                self.assertTrue((ROOT / f"crates/{name}/src/main.rs").exists())

    def test_no_function_goes_without_the_module(self):
        for folder, _, name, _ in everywhere("aws_lambda_function"):
            self.assertEqual(folder.path, "terraform/modules/lambda", name)

    def test_every_function_has_limits(self):
        for name, block in functions().items():
            with self.subTest(function=name):
                self.assertEqual(block["reserved_concurrency"], f"${{var.reserved_concurrency.{name}}}")
                self.assertIn("memory_megabytes", block)
                self.assertIn("timeout_seconds", block)
        function = LAMBDA.resource("aws_lambda_function", "function")
        self.assertEqual(function["reserved_concurrent_executions"], "${var.reserved_concurrency}")
        self.assertEqual(function["timeout"], "${var.timeout_seconds}")
        self.assertEqual(function["memory_size"], "${var.memory_megabytes}")

    def test_every_function_is_arm64_on_the_current_runtime_unless_it_is_told(self):
        self.assertEqual(LAMBDA.resource("aws_lambda_function", "function")["runtime"], "provided.al2023")
        self.assertEqual(MAIN.named("variable")["architecture"]["default"], "arm64")

    def test_every_function_is_traced_and_keeps_its_log_for_a_time(self):
        function = LAMBDA.resource("aws_lambda_function", "function")
        self.assertEqual(function["tracing_config"][0]["mode"], "Active")
        self.assertEqual(function["logging_config"][0]["log_group"], "${aws_cloudwatch_log_group.function.name}")
        self.assertEqual(
            LAMBDA.resource("aws_cloudwatch_log_group", "function")["retention_in_days"], "${var.log_retention_days}"
        )

    def test_every_function_has_its_alarms(self):
        alarms = {block["metric_name"]: block for block in LAMBDA.resources("aws_cloudwatch_metric_alarm").values()}
        self.assertEqual(set(alarms), {"Errors", "Throttles", "Duration"})

    def test_every_function_can_be_rolled_back_and_reports_failures(self):
        self.assertTrue(LAMBDA.resource("aws_lambda_function", "function")["publish"])
        LAMBDA.resource("aws_lambda_alias", "live")
        destination = LAMBDA.resource("aws_lambda_function_event_invoke_config", "live")["destination_config"][0]
        self.assertEqual(destination["on_failure"][0]["destination"], "${var.failure_queue_arn}")

    def test_callers_use_the_alias(self):
        for kind in ("aws_api_gateway_integration", "aws_apigatewayv2_integration", "aws_lambda_event_source_mapping"):
            for (_, name), block in MAIN.resources(kind).items():
                target = block.get("uri") or block.get("integration_uri") or block.get("function_name")
                with self.subTest(caller=f"{kind}.{name}"):
                    self.assertRegex(target, r"^\$\{module\.\w+\.live_(invoke_)?arn\}$")
        for (_, name), block in MAIN.resources("aws_lambda_permission").items():
            with self.subTest(permission=name):
                self.assertIn("qualifier", block)
                self.assertIn("source_arn", block)


class Environment(unittest.TestCase):
    def test_names_are_those_agreed(self):
        self.assertEqual(environment_maps(), ENVIRONMENT)

    def test_one_map_feeds_the_function_and_the_output(self):
        for name, block in functions().items():
            self.assertEqual(block["environment"], f"${{local.environment_of.{name}}}")
        self.assertEqual(MAIN.named("output")["environment"]["value"], "${local.environment_of}")

    def test_each_function_is_told_what_its_code_asks_for(self):
        for name, given in environment_maps().items():
            config = ROOT / f"crates/{name}/src/config.rs"
            if not config.exists():
                continue
            code = re.sub(r"env!\([^)]*\)", "", config.read_text().split("#[cfg(test)]")[0])
            asked = set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', code))
            with self.subTest(function=name):
                self.assertLessEqual(asked, given)


class Queues(unittest.TestCase):
    def test_every_queue_is_encrypted(self):
        for _, _, name, block in everywhere("aws_sqs_queue"):
            self.assertTrue(block["sqs_managed_sse_enabled"], name)

    def test_the_worker_gets_six_times_its_limit_and_three_tries(self):
        queue = MAIN.resource("aws_sqs_queue", "ingestion")
        self.assertEqual(queue["visibility_timeout_seconds"], "${6 * local.ingestion_timeout_seconds}")
        self.assertEqual(functions()["ingestion"]["timeout_seconds"], "${local.ingestion_timeout_seconds}")
        self.assertEqual(queue["receive_wait_time_seconds"], 20)
        self.assertIn("aws_sqs_queue.ingestion_dead_letter.arn", queue["redrive_policy"])
        self.assertEqual(MAIN.locals()["ingestion_max_receive_count"], 3)

    def test_one_bad_message_does_not_take_others_along(self):
        trigger = MAIN.resource("aws_lambda_event_source_mapping", "ingestion")
        self.assertEqual(trigger["function_response_types"], ["ReportBatchItemFailures"])
        self.assertEqual(trigger["batch_size"], 1)
        self.assertIn("var.reserved_concurrency.ingestion", trigger["scaling_config"][0]["maximum_concurrency"])

    def test_the_schedule_has_somewhere_to_put_what_it_cannot_send(self):
        for (_, name), block in MAIN.resources("aws_scheduler_schedule").items():
            target = block["target"][0]
            self.assertIn("dead_letter_config", target, name)
            self.assertIn("retry_policy", target, name)
            self.assertEqual(json.loads(target["input"])["kind"], "dailySync")


class Data(unittest.TestCase):
    def test_the_table_can_be_restored_and_not_be_lost(self):
        table = MAIN.resource("aws_dynamodb_table", "spinout")
        self.assertTrue(table["point_in_time_recovery"][0]["enabled"])
        self.assertTrue(table["deletion_protection_enabled"])
        self.assertTrue(table["lifecycle"][0]["prevent_destroy"])
        self.assertEqual(table["billing_mode"], "PAY_PER_REQUEST")

    def test_the_table_has_the_key_that_the_store_knows(self):
        table = MAIN.resource("aws_dynamodb_table", "spinout")
        code = (ROOT / "crates/store/src/key.rs").read_text()
        self.assertIn(f'PARTITION_KEY: &str = "{table["hash_key"]}"', code)
        self.assertIn(f'SORT_KEY: &str = "{table["range_key"]}"', code)
        self.assertEqual(table["ttl"][0], {"attribute_name": "ttl", "enabled": True})

    def test_every_bucket_is_private_encrypted_and_versioned(self):
        for folder, _, name, _ in everywhere("aws_s3_bucket"):
            with self.subTest(bucket=f"{folder.path} {name}"):
                block = folder.resource("aws_s3_bucket_public_access_block", name)
                for setting in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"):
                    self.assertTrue(block[setting])
                ownership = folder.resource("aws_s3_bucket_ownership_controls", name)["rule"][0]
                self.assertEqual(ownership["object_ownership"], "BucketOwnerEnforced")
                folder.resource("aws_s3_bucket_server_side_encryption_configuration", name)
                versioning = folder.resource("aws_s3_bucket_versioning", name)["versioning_configuration"][0]
                self.assertEqual(versioning["status"], "Enabled")
                folder.resource("aws_s3_bucket_lifecycle_configuration", name)
                policy = folder.data("aws_iam_policy_document")[("aws_iam_policy_document", name)]
                self.assertIn("aws:SecureTransport", list(strings(policy)))

    def test_no_secret_passes_through_the_state(self):
        for folder, kind, name, _ in everywhere():
            self.assertNotIn(kind, {"aws_secretsmanager_secret_version", "aws_ssm_parameter"}, f"{folder.path} {name}")
            self.assertTrue(kind.startswith("aws_"), f"{kind} keeps what it makes in the state")


class Edge(unittest.TestCase):
    def test_every_route_class_is_throttled(self):
        settings = MAIN.resources("aws_api_gateway_method_settings")
        paths = {block["method_path"]: block for block in settings.values()}
        self.assertIn("*/*", paths)
        for (_, name), block in settings.items():
            with self.subTest(settings=name):
                self.assertIn("throttling_rate_limit", block["settings"][0])
                self.assertIn("throttling_burst_limit", block["settings"][0])
                self.assertFalse(block["settings"][0]["data_trace_enabled"])
        classes = MAIN.locals()["rest_route_classes"]
        self.assertEqual(set(classes), {"auth", "ingestion", "import", "developer"})
        for kind in ("resource", "method", "integration"):
            for (_, name), block in MAIN.resources(f"aws_api_gateway_{kind}").items():
                if "class" in name:
                    self.assertEqual(block["for_each"], "${local.rest_route_classes}", f"{kind} {name}")
        settings = MAIN.resource("aws_api_gateway_method_settings", "class")
        self.assertEqual(settings["for_each"], "${local.rest_class_methods}")
        methods = MAIN.locals()["rest_class_methods"]
        self.assertIn("keys(local.rest_route_classes)", methods)
        for method in ("DELETE", "GET", "POST", "PUT"):
            self.assertIn(f'"{method}"', methods)
        # With plain slashes the gateway refuses the path of a nested resource.
        self.assertIn('"/", "~1")', settings["method_path"])

    def test_the_websocket_is_throttled(self):
        for (_, name), block in MAIN.resources("aws_apigatewayv2_stage").items():
            self.assertIn("throttling_rate_limit", block["default_route_settings"][0], name)
            self.assertIn("throttling_burst_limit", block["default_route_settings"][0], name)

    def test_gateways_log_who_asked_for_what_in_json(self):
        stages = MAIN.resources("aws_api_gateway_stage") | MAIN.resources("aws_apigatewayv2_stage")
        self.assertEqual(len(stages), 2)
        for (_, name), block in stages.items():
            log_format = block["access_log_settings"][0]["format"]
            self.assertIn("jsonencode(", log_format, name)
            # Joins a line of the gateway to the function's lines, which carry the correlation id.
            self.assertIn("$context.integration.requestId", log_format, name)

    def test_browsers_can_read_what_the_gateway_refuses(self):
        answers = MAIN.locals()["gateway_answers"]
        self.assertLessEqual({"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"}, set(answers))
        headers = MAIN.locals()["gateway_answer_headers"]
        for header in ("Allow-Origin", "Allow-Credentials", "Expose-Headers"):
            self.assertIn(f"gatewayresponse.header.Access-Control-{header}", headers)
        self.assertIn("Retry-After", headers["gatewayresponse.header.Access-Control-Expose-Headers"])

    def test_every_distribution_speaks_modern_protocols(self):
        distributions = list(everywhere("aws_cloudfront_distribution"))
        self.assertEqual(len(distributions), 2)
        for folder, _, name, block in distributions:
            with self.subTest(distribution=f"{folder.path} {name}"):
                self.assertRegex(block["viewer_certificate"][0]["minimum_protocol_version"], r"^TLSv1\.[23]_202[1-9]$")
                self.assertEqual(block["http_version"], "http2and3")
                self.assertTrue(block["is_ipv6_enabled"])
                behavior = block["default_cache_behavior"][0]
                self.assertTrue(behavior["compress"])
                self.assertIn("response_headers_policy_id", behavior)
                self.assertIn(behavior["viewer_protocol_policy"], {"https-only", "redirect-to-https"})
                self.assertIn("web_acl_id", block)

    def test_every_answer_asks_browsers_to_come_back_encrypted(self):
        for folder, _, name, block in everywhere("aws_cloudfront_response_headers_policy"):
            headers = block["security_headers_config"][0]
            self.assertGreaterEqual(headers["strict_transport_security"][0]["access_control_max_age_sec"], 31536000, name)
            self.assertIn("content_security_policy", headers, name)

    def test_only_the_distribution_reads_a_site(self):
        origin = SITE.resource("aws_cloudfront_distribution", "site")["origin"][0]
        self.assertIn("origin_access_control_id", origin)

    def test_the_firewall_is_off_by_default(self):
        self.assertFalse(MAIN.named("variable")["firewall_enabled"]["default"])

    def test_the_app_runs_under_the_policy_that_it_is_tested_under(self):
        directives = re.search(r'content_security_policy = join\("; ", \[(.*?)\n  \]\)', (ROOT / "terraform/app.tf").read_text(), re.DOTALL)
        deployed = dict(directive.split(" ", 1) for directive in re.findall(r'^\s+"([^"]+)"', directives[1], re.MULTILINE))
        self.assertEqual(deployed["default-src"], "'none'")
        self.assertNotIn("unsafe", directives[1])
        pages = ROOT / "crates/standalone/src/pages.rs"
        tested = re.search(r'"(default-src .*?)"\s*\)', pages.read_text(), re.DOTALL) if pages.exists() else None
        if tested is None:
            self.skipTest("the standalone edition sends no policy yet")
        policy = re.sub(r"\\\n\s*", "", tested[1])
        tested = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
        for name in set(tested) - {"connect-src"}:  # which names the hosts
            self.assertEqual(deployed.get(name), tested[name], name)


class Sites(unittest.TestCase):
    def answer(self, script, host, uri):
        """What a CloudFront function makes of a request."""
        code = (ROOT / f"terraform/modules/static_site/{script}").read_text().replace("CANONICAL_HOST", "example.org")
        event = json.dumps({"request": {"uri": uri, "headers": {"host": {"value": host}}}})
        run = subprocess.run(
            ["node", "--eval", f"{code}\nconsole.log(JSON.stringify(handler({event})))"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        answer = json.loads(run.stdout)
        return answer["headers"]["location"]["value"] if "statusCode" in answer else answer["uri"]

    def test_every_address_of_the_app_is_its_page(self):
        for uri in ("/", "/races", "/race/86012345", "/auth/ir/callback"):
            self.assertEqual(self.answer("app.js", "app.example.org", uri), "/index.html")

    def test_files_of_the_app_stay_files(self):
        for uri in ("/assets/index-1a2b.js", "/favicon.svg"):
            self.assertEqual(self.answer("app.js", "app.example.org", uri), uri)

    def test_a_folder_of_the_website_is_its_index(self):
        self.assertEqual(self.answer("website.js", "example.org", "/de/"), "/de/index.html")
        self.assertEqual(self.answer("website.js", "example.org", "/style.css"), "/style.css")

    def test_the_website_has_one_address(self):
        self.assertEqual(self.answer("website.js", "www.example.org", "/de/"), "https://example.org/de/")
        self.assertEqual(self.answer("website.js", "example.org", "/de"), "https://example.org/de/")


class Rights(unittest.TestCase):
    # Statements that may say "all resources": their actions have none that could be named.
    UNNAMEABLE = {
        "terraform/modules/lambda": {"Trace"},
        "aws_account_prep": {"Traces", "GatewaysMayWriteTheirLogs", "LookAtSettings"},
    }

    def statements(self):
        for folder in FOLDERS.values():
            for (_, name), block in folder.data("aws_iam_policy_document").items():
                for statement in block["statement"]:
                    if statement.get("effect") != "Deny":
                        yield folder, name, statement

    def test_no_action_is_a_wildcard(self):
        for folder, name, statement in self.statements():
            for action in listed(statement["actions"]):
                with self.subTest(folder=folder.path, policy=name, action=action):
                    if action.startswith("$"):
                        continue
                    service, verb = action.split(":")
                    self.assertNotIn("*", service)
                    # Reading by prefix is for plans only.
                    self.assertTrue("*" not in verb or (statement.get("sid") == "LookAtSettings" and re.match(r"(Get|List|Describe)\w*\*$", verb)))

    def test_no_resource_is_a_wildcard_where_a_name_exists(self):
        for folder, name, statement in self.statements():
            if "*" in listed(statement.get("resources", [])):
                with self.subTest(folder=folder.path, policy=name, statement=statement.get("sid")):
                    self.assertIn(statement["sid"], self.UNNAMEABLE.get(folder.path, set()))

    def test_table_rights_are_named_and_hold_no_scan(self):
        actions = MAIN.locals()["table_actions"]
        self.assertNotIn("dynamodb:Scan", actions)
        self.assertTrue(all("*" not in action for action in actions))

    def test_functions_may_do_what_the_store_does(self):
        actions = {action.removeprefix("dynamodb:") for action in MAIN.locals()["table_actions"]}
        code = "".join(file.read_text() for file in (ROOT / "crates/store/src").glob("**/*.rs"))
        # Builders of the SDK's client. A transaction needs the rights of its parts; a scan is the operator's.
        used = {name for name in re.findall(r"\.((?:batch_)?(?:get|put|update|delete|write)_item|query)\(\)", code)}
        self.assertTrue(used)
        self.assertLessEqual({"".join(word.capitalize() for word in name.split("_")) for name in used}, actions)

    def test_policies_come_from_documents(self):
        """So that the tests above see all of them."""
        for folder, kind, name, block in everywhere():
            if kind in {"aws_iam_role_policy", "aws_iam_policy"}:
                with self.subTest(folder=folder.path, policy=name):
                    self.assertRegex(block["policy"], r"^\$\{(data\.aws_iam_policy_document\.|var\.policy|each\.value)")
            if kind == "aws_iam_role":
                self.assertNotIn("managed_policy_arns", block, name)
        for _, _, name, block in everywhere("aws_iam_role_policy_attachment"):
            self.assertNotIn("arn:aws:iam::aws:", block["policy_arn"], name)

    def test_roles_of_a_deployment_have_the_boundary(self):
        for folder, _, name, block in everywhere("aws_iam_role"):
            if folder is not PREPARATION:
                self.assertEqual(block["permissions_boundary"], "${var.permissions_boundary_arn}", name)

    def test_the_deploy_role_makes_roles_only_with_the_boundary(self):
        document = PREPARATION.data()[("aws_iam_policy_document", "deploy_roles")]
        for statement in document["statement"]:
            if statement.get("effect") != "Deny" and "iam:CreateRole" in statement["actions"]:
                self.assertEqual(statement["condition"][0]["variable"], "iam:PermissionsBoundary")

    def test_the_deploy_role_is_for_releases_and_main(self):
        subjects = PREPARATION.locals()["github_subjects"]["deploy"]
        self.assertEqual(
            subjects,
            ["repo:${var.github_repository}:ref:refs/heads/main", "repo:${var.github_repository}:ref:refs/tags/v*"],
        )

    def test_the_deploy_role_reads_no_rows_and_no_secrets(self):
        forbidden = {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage"}
        for (_, name), block in PREPARATION.data("aws_iam_policy_document").items():
            if name.startswith("deploy") or name == "read":
                for statement in block["statement"]:
                    self.assertFalse(forbidden & set(listed(statement["actions"])), name)


class Watching(unittest.TestCase):
    METRICS = json.loads((ROOT / "terraform/metrics.json").read_text())

    def alarms(self):
        for folder, _, name, block in everywhere("aws_cloudwatch_metric_alarm"):
            yield f"{folder.path} {name}", block

    def test_every_alarm_reaches_a_person_and_knows_what_silence_means(self):
        for name, block in self.alarms():
            with self.subTest(alarm=name):
                self.assertEqual(block["alarm_actions"], "${local.alarm_actions}")
                self.assertIn(block["treat_missing_data"], {"breaching", "notBreaching"})
        for folder in (MAIN, LAMBDA):
            self.assertEqual(len(folder.locals()["alarm_actions"]), 1)
        self.assertEqual(MAIN.resource("aws_sns_topic_subscription", "person")["endpoint"], "${var.alarm_email}")

    def test_a_missing_daily_sync_is_a_fault(self):
        alarm = MAIN.resource("aws_cloudwatch_metric_alarm", "daily_sync_missing")
        self.assertEqual(alarm["treat_missing_data"], "breaching")

    def test_every_alarm_has_its_chapter(self):
        chapters = set(re.findall(r"^#+ (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
        for name, block in self.alarms():
            texts = [block["alarm_description"]]
            if texts == ["${each.value}"]:
                texts = list(strings(block["for_each"]))
            named = [chapter for text in texts for chapter in re.findall(r'docs/operations\.md, \\?"([^"\\]+)\\?"', text)]
            with self.subTest(alarm=name):
                self.assertTrue(named)
                self.assertLessEqual(set(named), chapters)

    def test_alarms_use_metrics_that_are_emitted(self):
        for name, block in self.alarms():
            if block.get("namespace") == "${local.metrics.namespace}":
                self.assertIn(block["metric_name"], self.METRICS["metrics"], name)

    def test_the_dashboard_shows_every_metric_of_ours_and_names_none_besides(self):
        dashboard = (ROOT / "terraform/dashboard.tf").read_text()
        self.assertIn("for name, metric in local.metrics.metrics", dashboard)
        self.assertNotIn('"Spinout"', dashboard)

    def test_the_code_emits_every_metric(self):
        sources = [file.read_text() for file in (ROOT / "crates").glob("*/src/**/*.rs")]
        emitted = {name for name in self.METRICS["metrics"] if any(f'"{name}"' in source for source in sources)}
        self.assertEqual(emitted, set(self.METRICS["metrics"]))

    def test_metrics_name_functions_that_exist(self):
        for name, metric in self.METRICS["metrics"].items():
            self.assertLessEqual(set(metric["services"]), FUNCTIONS, name)
            self.assertIn(metric["statistic"], {"Sum", "Minimum", "Maximum"}, name)

    def test_no_function_calls_for_metrics_at_run_time(self):
        for folder in FOLDERS.values():
            for (_, name), block in folder.data("aws_iam_policy_document").items():
                for statement in block["statement"]:
                    self.assertNotIn("cloudwatch:PutMetricData", listed(statement["actions"]), name)

    def test_every_log_group_forgets(self):
        for folder, _, name, block in everywhere("aws_cloudwatch_log_group"):
            self.assertEqual(block["retention_in_days"], "${var.log_retention_days}", f"{folder.path} {name}")

    def test_budgets_warn_before_and_after(self):
        for folder, _, name, block in everywhere("aws_budgets_budget"):
            kinds = {notification["notification_type"] for notification in block["notification"]}
            self.assertEqual(kinds, {"ACTUAL", "FORECASTED"}, f"{folder.path} {name}")


class Suppressions(unittest.TestCase):
    def test_each_gives_its_reason(self):
        for path in FILES:
            for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
                if "checkov:skip" in line:
                    with self.subTest(place=f"{path}:{number}"):
                        self.assertRegex(line, r"#checkov:skip=CKV2?_AWS_\d+:.{10,}\.$")


if __name__ == "__main__":
    unittest.main()
