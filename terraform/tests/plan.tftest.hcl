# Plans with a made-up AWS: every expression is evaluated, nothing is reached. Needs the provider's binary, so it runs in the
# GitHub workflow (`terraform test`); what needs none is in test_policies.py.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  domain      = "example.org"
  alarm_email = "operator@example.org"
  packages    = "tests/packages"
}

run "production_has_plain_names" {
  command = plan

  assert {
    condition     = output.addresses.app == "https://app.example.org" && output.addresses.website == "https://example.org"
    error_message = "Production answers without a prefix."
  }

  assert {
    condition     = output.functions.ingestion == "spinout-ingestion"
    error_message = "Function names are the crates' names behind the project's."
  }

  assert {
    condition     = output.environment.api.OAUTH_REDIRECT_URIS == "https://app.example.org/auth/ir/callback"
    error_message = "iRacing sends drivers back to the app."
  }
}

run "a_function_sees_the_map_that_is_put_out" {
  command = plan

  assert {
    condition     = aws_sqs_queue.ingestion.visibility_timeout_seconds == 1800
    error_message = "Six times the worker's limit."
  }

  assert {
    condition     = length(local.dashboard_widgets) == 12 + length(local.metrics.metrics)
    error_message = "Twelve graphs of AWS's metrics and one for each of ours."
  }
}

run "a_wrong_domain_is_refused" {
  command = plan

  variables {
    domain = "https://example.org/"
  }

  expect_failures = [var.domain]
}

run "a_wrong_address_is_refused" {
  command = plan

  variables {
    alarm_email = "nobody"
  }

  expect_failures = [var.alarm_email]
}

run "a_reservation_of_one_is_refused" {
  command = plan

  variables {
    reserved_concurrency = { api = 25, websocket = 15, ingestion = 1 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "the_firewall_is_an_option" {
  command = plan

  variables {
    firewall_enabled = true
  }

  assert {
    condition     = length(aws_wafv2_web_acl.firewall) == 1
    error_message = "The firewall is made when it is asked for."
  }
}
