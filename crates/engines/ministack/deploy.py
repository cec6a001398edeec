#!/usr/bin/env python3
"""Spinout's three packages on ministack, an AWS of other people's making: a second opinion of our own engines.

    deploy.py PACKAGES PORT IRACING REDIRECT_URI

PACKAGES is the folder that `terraform/package --here` leaves, IRACING the address of a sandbox. Starts ministack on the loopback PORT,
puts the functions and everything around them there, as terraform/ does on AWS, says where they answer in one line of JSON
({"rest", "live"}), and stops when its input ends. Needs what requirements.txt names; `crates/engines/ministack/python` is
a Python that has it.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import time

import botocore.exceptions
import botocore.session

packages, port, iracing, redirect_uri = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
endpoint = f"http://127.0.0.1:{port}"
REGION, STAGE, ROLE = "us-east-1", "live", "arn:aws:iam::000000000000:role/spinout"


def client(service):
    return botocore.session.get_session().create_client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def wait_for_ministack(server):
    for _ in range(200):
        try:
            client("sts").get_caller_identity()
            return
        except botocore.exceptions.EndpointConnectionError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit("ministack did not start")


def create_table():
    keys = {"partition_key": "HASH", "sort_key": "RANGE"}
    client("dynamodb").create_table(
        TableName="spinout",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
    )


def create_queues():
    """The queue's address and ARN."""
    sqs = client("sqs")

    def arn(url):
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    dead = arn(sqs.create_queue(QueueName="dead")["QueueUrl"])
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    attributes = {"VisibilityTimeout": "1800", "RedrivePolicy": redrive}
    url = sqs.create_queue(QueueName="ingestion", Attributes=attributes)["QueueUrl"]
    return url, arn(url)


def create_secrets():
    signing = subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"], check=True, capture_output=True, text=True
    ).stdout
    values = {
        "signing": signing,
        "sealing": base64.b64encode(os.urandom(32)).decode(),
        "iracing": json.dumps({"oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret"}),
    }
    for name, value in values.items():
        client("secretsmanager").create_secret(Name=name, SecretString=value)


def create_function(name, environment):
    """The function's ARN."""
    code = {"ZipFile": (packages / f"{name}.zip").read_bytes()}
    function = client("lambda").create_function(
        FunctionName=f"spinout-{name}",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role=ROLE,
        Code=code,
        Timeout=300 if name == "ingestion" else 29,
        MemorySize=256,
        Environment={"Variables": environment},
    )
    return function["FunctionArn"]


def invoke_uri(arn):
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def create_rest_api(api):
    """A greedy proxy. The API's id."""
    gateway = client("apigateway")
    rest = gateway.create_rest_api(name="spinout-rest", binaryMediaTypes=["*/*"])["id"]
    root = gateway.get_resources(restApiId=rest)["items"][0]["id"]
    everything = gateway.create_resource(restApiId=rest, parentId=root, pathPart="{proxy+}")["id"]
    gateway.put_method(restApiId=rest, resourceId=everything, httpMethod="ANY", authorizationType="NONE")
    gateway.put_integration(
        restApiId=rest,
        resourceId=everything,
        httpMethod="ANY",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=invoke_uri(api),
    )
    gateway.create_deployment(restApiId=rest, stageName=STAGE)
    return rest


def create_websocket_api():
    """The API's id, before there is a function that has to know it."""
    selection = "$request.body.action"
    created = client("apigatewayv2").create_api(
        Name="spinout-ws", ProtocolType="WEBSOCKET", RouteSelectionExpression=selection
    )
    return created["ApiId"]


def route_websocket_api(live, websocket):
    gateway = client("apigatewayv2")
    integration = gateway.create_integration(
        ApiId=live, IntegrationType="AWS_PROXY", IntegrationUri=invoke_uri(websocket)
    )["IntegrationId"]
    for route in ("$connect", "$disconnect", "$default"):
        gateway.create_route(ApiId=live, RouteKey=route, Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=live, StageName=STAGE, AutoDeploy=True)


def deploy():
    create_table()
    create_secrets()
    queue_url, queue_arn = create_queues()
    live = create_websocket_api()
    stage_of = f"{endpoint}/_aws/execute-api"
    environment = {
        **{f"AWS_ENDPOINT_URL_{service}": endpoint for service in ("DYNAMODB", "SQS", "SECRETS_MANAGER")},
        "LOG_LEVEL": "warn",
        "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH": "true",
        "DYNAMODB_TABLE": "spinout",
        "JWT_SIGNING_KEY_SECRET": "signing",
        "JWT_ENCRYPTION_KEY_SECRET": "sealing",
        "IRACING_CREDENTIALS_SECRET": "iracing",
        "IRACING_OAUTH_BASE_URL": f"{iracing}/oauth2",
        "IRACING_DATA_BASE_URL": iracing,
        "RACE_INGESTION_QUEUE_URL": queue_url,
        "WS_MANAGEMENT_ENDPOINT": f"{stage_of}/{live}/{STAGE}",
        "CORS_ALLOWED_ORIGINS": "http://localhost:8080",
        "OAUTH_REDIRECT_URIS": redirect_uri,
    }
    functions = {name: create_function(name, environment) for name in ("api", "websocket", "ingestion")}
    route_websocket_api(live, functions["websocket"])
    rest = create_rest_api(functions["api"])
    client("lambda").create_event_source_mapping(
        EventSourceArn=queue_arn,
        FunctionName=functions["ingestion"],
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    socket = stage_of.replace("http", "ws", 1)
    return {"rest": f"{stage_of}/{rest}/{STAGE}", "live": f"{socket}/{live}/{STAGE}"}


def main():
    environment = os.environ | {"GATEWAY_PORT": port, "BIND_HOST": "127.0.0.1", "LAMBDA_EXECUTOR": "local"}
    server = subprocess.Popen(
        [sys.executable, "-m", "ministack"], env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    try:
        wait_for_ministack(server)
        print(json.dumps(deploy()), flush=True)
        sys.stdin.read()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
