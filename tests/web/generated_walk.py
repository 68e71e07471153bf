"""Uses the client that openapi-python-client made of our document. Runs in that program's environment, which is not ours.

Arguments: the folder of the package `made`, and the gateway's address. Prints a line `name: type` for every answer; after the
line `carry out` it waits until a line on its input says that the jobs have ended."""

import importlib
import io
import json
import sys

TEXT = "Ann : We ship on Friday.\nBob : Then I test on Thursday."
UNKNOWN = "00000000-0000-4000-8000-000000000000"
sys.path.insert(0, sys.argv[1])
made = importlib.import_module("made")
models = importlib.import_module("made.models")
types = importlib.import_module("made.types")
client = made.Client(base_url=sys.argv[2], raise_on_unexpected_status=True, timeout=60)


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def call(route, *given, **named):
    """The answer of a route, parsed by the client."""
    answer = importlib.import_module(f"made.api.{route}").sync_detailed(*given, client=client, **named)
    parsed = answer.parsed
    kind = type(parsed).__name__ if not isinstance(parsed, list) else f"list of {type(parsed[0]).__name__}"
    say(f"{route} {int(answer.status_code)}: {kind}")
    return parsed


call("operation.health")
call("operation.healthcheck")
call("services.services")
call("services.service", "cra")
call("open_ai.models")
call("text.model_info")
written = call(
    "live_services.generate_cra", body=models.GenerateCraJsonBody(content=TEXT, flavor=models.GenerateCraJsonBodyFlavor.SMALL)
)
file = types.File(payload=io.BytesIO(TEXT.encode()), file_name="t.txt", mime_type="text/plain")
uploaded = call(
    "live_services.generate_cra", body=models.GenerateCraFilesBody(file=file, flavor=models.GenerateCraFilesBodyFlavor.SMALL)
)
generic = call("services.generate", "cra", body=models.Written(content=TEXT, flavor="small"))
call("services.preview", "cra", body=models.Written(content=TEXT, flavor="small"))
call("results.result", written.job_id)
call("live_services.generate_calls", body=models.GenerateCallsBody(prompt="what time is it?"))
call("live_services.generate_generate", body=models.GenerateGenerateBody(prompt="hi"))
call("services.generate", "calls", body=models.Question(prompt="what time is it?"))
call("services.generate", "chat", body=models.Said(message="hi"))
call("text.generate_text", body=models.Prompt(prompt="hi"))
call("text.batch_generate", body=models.BatchGenerateBody(prompts=["hi", "ho"]))
said = call("chat.chat", body=models.Message(message="hi"))
call("chat.service_chat", "chat", body=models.Message(message="hi"))
call("chat.conversation", said.conversation_id)
call("chat.delete_conversation", said.conversation_id)
message = models.ChatMessage(role=models.ChatMessageRole.USER, content="hi")
call("open_ai.chat_completions", body=models.ChatCompletionsBody(model="generate", messages=[message]))
call("jobs.jobs", limit=10)
say("carry out")
sys.stdin.readline()
done = call("results.result", written.job_id)
call("results.result", generic.job_id)
call("jobs.job", uploaded.job_id)
call("meetings.transcript", uploaded.job_id)
call("meetings.versions", uploaded.job_id)
again = call("jobs.replay", uploaded.job_id, body=models.ReplayBody())
call("jobs.cancel", again.job_id)
call("results.result", again.job_id)
call("results.result", UNKNOWN)
call("jobs.job", UNKNOWN)
call("text.generate_text", body=models.Prompt(prompt=""))
call("services.generate", "nobody", body=models.Written(content=TEXT, flavor="small"))
say(json.dumps({"summary": done.summarization, "job": uploaded.to_dict()}))
