"""Ask a model server: `OPENAI_API_BASE=http://localhost:9000/v1 python3 -m examples.services`.

GeminiLLMService (GEMINI_API_KEY), DeepseekLLMService (DEEPSEEK_API_KEY) and LocalLLMService (the embedded model in this
process, with requirements-logits.txt) are used in the same way: name one of them as the argument."""

import sys

from app import faces

llm_service = getattr(faces, sys.argv[1] if len(sys.argv) > 1 else "VLLMClientService")()
response = llm_service.generate_response(
    user_message="What is the capital of France?", system_prompt="You are a helpful assistant.", max_tokens=100
)
print(response)
