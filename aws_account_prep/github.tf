# GitHub proves which workflow asks; no access key exists that could leak.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  github_subjects = {
    # Releases and main. Nothing else deploys: not a branch, not a pull request, not a fork.
    deploy = [
      "repo:${var.github_repository}:ref:refs/heads/main",
      "repo:${var.github_repository}:ref:refs/tags/v*",
    ]
    # Pull requests of the repository itself may look. GitHub gives those of forks no token.
    plan = [
      "repo:${var.github_repository}:pull_request",
      "repo:${var.github_repository}:ref:refs/heads/main",
    ]
  }
}

data "aws_iam_policy_document" "github_trust" {
  for_each = local.github_subjects

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = each.value
    }
  }
}

resource "aws_iam_role" "deploy" {
  name                 = "spinout-deploy"
  description          = "Deploys Spinout from the repository's releases and its main branch."
  assume_role_policy   = data.aws_iam_policy_document.github_trust["deploy"].json
  max_session_duration = 3600
}

resource "aws_iam_role" "plan" {
  name                 = "spinout-plan"
  description          = "Plans what a pull request would change; reads settings, no data and no secrets."
  assume_role_policy   = data.aws_iam_policy_document.github_trust["plan"].json
  max_session_duration = 3600
}

resource "aws_iam_policy" "deploy" {
  for_each = {
    state   = data.aws_iam_policy_document.deploy_state.json
    compute = data.aws_iam_policy_document.deploy_compute.json
    roles   = data.aws_iam_policy_document.deploy_roles.json
    storage = data.aws_iam_policy_document.deploy_storage.json
    edge    = data.aws_iam_policy_document.deploy_edge.json
    watch   = data.aws_iam_policy_document.deploy_watch.json
  }

  name   = "spinout-deploy-${each.key}"
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "deploy" {
  for_each = aws_iam_policy.deploy

  role       = aws_iam_role.deploy.name
  policy_arn = each.value.arn
}

resource "aws_iam_policy" "read" {
  name   = "spinout-read"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "read" {
  for_each = { deploy = aws_iam_role.deploy.name, plan = aws_iam_role.plan.name }

  role       = each.value
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_policy" "read_state" {
  name   = "spinout-read-state"
  policy = data.aws_iam_policy_document.read_state.json
}

resource "aws_iam_role_policy_attachment" "read_state" {
  role       = aws_iam_role.plan.name
  policy_arn = aws_iam_policy.read_state.arn
}
