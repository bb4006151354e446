"""Calls every JSON operation that a sandbox serves, and holds each answer as it came over the wire against botocore's model.

usage: answers.py ENDPOINT INSTANCE_ID UNKNOWN_INSTANCE_ID, with the credentials and the region in the environment
"""
import json
import sys
import time
import uuid

try:
    import botocore.session as session_module
    from botocore.config import Config
except ImportError:
    import awscli.botocore.session as session_module
    from awscli.botocore.config import Config

SERVICES = ("ssm", "secretsmanager")
UNKNOWN_OPERATION = "UnknownOperationException"
# What any operation may answer; the models name an operation's own errors only.
COMMON_ERRORS = {"ValidationException", "ThrottlingException", "AccessDeniedException", UNKNOWN_OPERATION,
                 "SerializationException", "InvalidParameterException"}

problems = []
answered = {}


def check(shape, value, where):
    kind = shape.type_name
    if value is None:
        problems.append(f"{where}: null, which AWS never sends")
    elif kind == "structure":
        if expect(value, dict, where):
            for name in shape.required_members:
                if name not in value:
                    problems.append(f"{where}.{name}: required, and not there")
            for name, member in value.items():
                if name in shape.members:
                    check(shape.members[name], member, f"{where}.{name}")
                else:
                    problems.append(f"{where}.{name}: not in the model")
    elif kind == "list":
        if expect(value, list, where):
            for item in value:
                check(shape.member, item, f"{where}[]")
    elif kind == "map":
        if expect(value, dict, where):
            for key, item in value.items():
                check(shape.key, key, f"{where} key")
                check(shape.value, item, f"{where}[{key}]")
    elif kind == "string":
        if expect(value, str, where):
            text(shape, value, where)
    elif kind in ("integer", "long"):
        expect(value, int, where)
    elif kind == "boolean":
        expect(value, bool, where)
    elif kind in ("timestamp", "float", "double"):
        expect(value, (int, float), where)
    elif kind == "blob":
        expect(value, str, where)
    else:
        problems.append(f"{where}: {kind} is not known to this check")


def expect(value, types, where):
    good = isinstance(value, types) and (types is bool or not isinstance(value, bool))
    if not good:
        problems.append(f"{where}: {type(value).__name__} {value!r}")
    return good


# Lengths and patterns are left out: they are for requests, and AWS's own published answers break them.
def text(shape, value, where):
    # In any case: models up to 2023 spell the values of GetConnectionStatus otherwise than the service does.
    if shape.enum and value.lower() not in [known.lower() for known in shape.enum]:
        problems.append(f"{where}: '{value}' is none of {shape.enum}")


def on_answer(http_response, model, **_):
    name = f"{model.service_model.service_name}.{model.name}"
    body = http_response.content
    document = json.loads(body) if body else {}
    if http_response.status_code == 200:
        answered[name] = answered.get(name, 0) + 1
        if model.output_shape is None:
            if document:
                problems.append(f"{name}: {document}, where the model has nothing")
        else:
            check(model.output_shape, document, name)
        return
    code = document.get("__type", "").split("#")[-1]
    known = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
    known |= {shape.name for shape in model.error_shapes}
    if code not in known | COMMON_ERRORS:
        problems.append(f"{name}: the error {code} is none of {sorted(known)}")


def client_of(session, service, endpoint):
    config = Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=False)
    client = session.create_client(service, endpoint_url=endpoint, config=config)
    client.meta.events.register(f"after-call.{service}.*", on_answer)
    return client


def code_of(client, operation, **arguments):
    """The error's code; None where there was none."""
    try:
        client._make_api_call(operation, arguments)
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None


def served(client):
    names = client.meta.service_model.operation_names
    return [name for name in names if code_of(client, name) not in (UNKNOWN_OPERATION, "404")]


def commands(ssm, instance, unknown):
    """Good and bad scripts, looked at from when they are sent to their end."""
    scripts = (["echo out; echo err >&2"], ["exit 3"], ["head -c 60000 /dev/zero | tr '\\0' x"], ["kill -9 $$"])
    for script in scripts:
        sent = ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=[instance], Comment="model",
                                Parameters={"commands": script})["Command"]["CommandId"]
        look(ssm, sent, instance)
    sent = ssm.send_command(DocumentName="AWS-RunShellScript", Targets=[{"Key": "tag:Application", "Values": ["aragora"]}],
                            MaxErrors="10%", Parameters={"commands": ["sleep 100"]})["Command"]["CommandId"]
    ssm.cancel_command(CommandId=sent)
    look(ssm, sent, instance)
    code_of(ssm, "SendCommand", DocumentName="AWS-RunShellScript", InstanceIds=[unknown], Parameters={"commands": ["true"]})
    code_of(ssm, "SendCommand", DocumentName="None", InstanceIds=[instance], Parameters={"commands": ["true"]})
    code_of(ssm, "GetCommandInvocation", CommandId="00000000-0000-0000-0000-000000000000", InstanceId=instance)
    code_of(ssm, "CancelCommand", CommandId="00000000-0000-0000-0000-000000000000")
    code_of(ssm, "ListCommands", Filters=[{"key": "Nothing", "value": "x"}])


def look(ssm, command, instance):
    for _ in range(200):
        states = [c["Status"] for c in ssm.list_commands(CommandId=command)["Commands"]]
        ssm.list_command_invocations(CommandId=command, Details=True)
        unseen = code_of(ssm, "GetCommandInvocation", CommandId=command, InstanceId=instance)
        if not unseen and states and states[0] not in ("Pending", "InProgress", "Cancelling"):
            return
        time.sleep(0.1)
    problems.append(f"{command} did not end")


def parameters(ssm):
    ssm.put_parameter(Name="/model/a", Value="1", Type="String")
    ssm.put_parameter(Name="/model/b", Value="2", Type="SecureString", Description="two")
    ssm.put_parameter(Name="/model/a", Value="3", Type="String", Overwrite=True)
    ssm.get_parameter(Name="/model/a")
    ssm.get_parameter(Name="/model/b", WithDecryption=True)
    ssm.get_parameters(Names=["/model/a", "/model/none"])
    ssm.get_parameters_by_path(Path="/model", Recursive=True, MaxResults=1)
    code_of(ssm, "PutParameter", Name="/model/a", Value="4", Type="String")
    code_of(ssm, "GetParameter", Name="/model/none")
    code_of(ssm, "DeleteParameter", Name="/model/none")
    ssm.delete_parameter(Name="/model/a")
    code_of(ssm, "DeleteParameters", Names=["/model/b", "/model/none"])


def secrets(client):
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    client.create_secret(Name="model/a", SecretString="1", ClientRequestToken=first)
    client.put_secret_value(SecretId="model/a", SecretString="2", ClientRequestToken=second)
    client.put_secret_value(SecretId="model/a", SecretString="2", ClientRequestToken=second)
    client.get_secret_value(SecretId="model/a")
    client.get_secret_value(SecretId="model/a", VersionStage="AWSPREVIOUS")
    client.describe_secret(SecretId="model/a")
    code_of(client, "CreateSecret", Name="model/a", SecretString="3", ClientRequestToken=str(uuid.uuid4()))
    code_of(client, "PutSecretValue", SecretId="model/a", SecretString="3", ClientRequestToken=second)
    code_of(client, "GetSecretValue", SecretId="model/none")
    code_of(client, "GetSecretValue", SecretId="model/a", VersionStage="NONE")


def main(endpoint, instance, unknown):
    session = session_module.get_session()
    clients = {name: client_of(session, name, endpoint) for name in SERVICES}
    there = {f"{name}.{operation}" for name, client in clients.items() for operation in served(client)}
    ssm = clients["ssm"]
    ssm.describe_instance_information(Filters=[{"Key": "PingStatus", "Values": ["Online"]}])
    commands(ssm, instance, unknown)
    ssm.get_connection_status(Target=instance)
    code_of(ssm, "GetConnectionStatus", Target=unknown)
    parameters(ssm)
    secrets(clients["secretsmanager"])
    problems.extend(f"{name}: served, and no good answer was seen" for name in sorted(there - answered.keys()))
    print(f"{sum(answered.values())} answers of {len(answered)} operations: {', '.join(sorted(answered))}")
    for problem in sorted(set(problems)):
        print(problem)
    return 1 if problems else 0


sys.exit(main(*sys.argv[1:]))
